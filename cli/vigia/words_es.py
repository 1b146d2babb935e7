"""Every text in Spanish, by the English that stands in the code."""

from collections.abc import Mapping

from .checks_es import CHECKS
from .help_es import HELP
from .said_es import SAID

SPANISH: Mapping[str, str] = {**HELP, **CHECKS, **SAID}
