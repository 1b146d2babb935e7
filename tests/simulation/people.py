"""What the people of a story write to us, and what a reader would make of it."""

import random
from dataclasses import dataclass
from typing import Literal

Writes = Literal["answers", "wishes"]
OUT = ("BAJA", "Stop", "no más 🙏", "¡BAJA, por favor!", "Sair", "No me escriban más")
IN = ("ALTA", "start", "Alta, gracias")
Wish = Literal["out", "in", ""]


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a person's. at: when, in epoch seconds. wish: what it asks for."""

    sid: str
    phone: str
    text: str
    at: float
    wish: Wish


def words(dice: random.Random, writes: Writes, number: int) -> tuple[str, Wish]:
    """What somebody writes; an answer tells by its number which one it is."""
    thrown = dice.random() if writes == "wishes" else 1.0
    if thrown < 0.4:
        return dice.choice(OUT), "out"
    if thrown < 0.6:
        return dice.choice(IN), "in"
    return dice.choice((f"Hola {number}", f"¿Cuánto cuesta parar {number} días?", f"No puedo dar de baja {number}")), ""
