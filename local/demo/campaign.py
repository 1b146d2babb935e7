"""The demo's campaign: invented people, numbers that nobody has, and how each of their calls goes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from local.services.elevenlabs.calls import SENTINEL_SUMMARY

SECONDS_BETWEEN_CALLS = 6


class Person(NamedTuple):
    """name: None where the list has none. outcome: the recipient's last status. summary: None where nobody talked."""

    name: str | None
    outcome: str
    summary: str | None


PEOPLE: Sequence[Person] = (
    Person("Lucía", "completed", "el curso de cerámica de los sábados y si quedan plazas para dos personas"),
    Person("Mateo", "completed", "el precio de la bicicleta de paseo y las formas de pago"),
    Person("Valentina", "voicemail", None),
    Person("Tomás", "completed", "la reparación de su molino de café y el plazo de entrega"),
    Person(None, "completed", "los horarios de la librería en diciembre"),
    Person("Inés", "failed", None),
    Person("Samuel", "completed", SENTINEL_SUMMARY),
    Person("Martina", "completed", "la reserva de una mesa para ocho personas junto a la ventana"),
    Person("Joaquín", "completed", "los planes de mantenimiento para su velero imaginario"),
    Person("Abril", "completed", "una segunda visita al observatorio con sus alumnos"),
)


def campaign(number: int) -> Mapping[str, Any]:
    """The `number`th campaign (from 1), as the simulator's `POST campaign` takes it: its calls end one by one."""
    return {
        "name": f"Campaña de prueba {number}",
        "recipients": [
            {
                "phone_number": f"+5730000{number % 1000:03d}{index:02d}",
                "conversation_initiation_client_data": {
                    "dynamic_variables": {"name": person.name} if person.name else {}
                },
                "plan": {
                    "outcome": person.outcome,
                    "dispatch_after_seconds": index * SECONDS_BETWEEN_CALLS,
                    "ring_seconds": 1,
                    "talk_seconds": 3,
                    "done_after_seconds": 1,
                    "conversation": {"summary": person.summary},
                },
            }
            for index, person in enumerate(PEOPLE)
        ],
    }
