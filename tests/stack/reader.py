"""The two people who follow a README to the letter: which page each reads, in which language their terminal is.

The walk is written with the English page's words; a reader's `words` say what stands for them on their own page, and
what `vigia` answers them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reader:
    """`words`: English → theirs; empty for whoever reads English."""

    page: str
    locale: str
    words: Mapping[str, str] = field(default_factory=dict)

    def says(self, english: str) -> str:
        return self.words[english] if self.words else english


READERS = {
    "en": Reader("README.md", "en_US.UTF-8"),
    "es": Reader(
        "README.es.md",
        "es_CO.UTF-8",
        {
            # headings and tables
            **{f"Step {number}": f"Paso {number}" for number in range(1, 9)},
            "Stop and start": "Pausar y apagar",
            "Upgrade and roll back": "Actualizar y volver atrás",
            "Uninstall": "Desinstalar",
            "command": "comando",
            # what `vigia` prints
            "arn:aws:iam::000000000000:root, in us-east-1": "arn:aws:iam::000000000000:root, en us-east-1",
            "dry_run is on": "Está en ensayo (dry_run)",
            "message sent": "mensaje enviado",
            "Running: last check": "Funcionando: última revisión",
            "→ They answered: write back at": "→ Respondió: contéstele en",
            "Nothing was sent": "No se envió nada",
            "of this file": "de este archivo",
            "Paused": "En pausa",
            "Running again": "Sigue enviando",
            "Released": "Liberada",
            "It leaves at the next tick": "Sale en la próxima revisión",
            "call": "llamada",
            "Written": "Guardado",
            "Nothing was changed": "No cambió nada",
            "On the suppression list since": "En la lista de exclusión desde",
            "Not on the suppression list": "No está en la lista de exclusión",
        },
    ),
}
