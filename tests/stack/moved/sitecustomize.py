"""Where this file's folder is on PYTHONPATH, Python reads it first: its clock goes as far wrong as `seconds` says.

The file is read anew each time, so that a warm function meets the move as it would meet the hours in between. The local
AWS stays in the present, and requests to it are signed with its time. Only the tests' own copy of this folder is ever
on a function's path (`clock.py`); no package holds it.
"""

import sys
import time
from pathlib import Path

_SECONDS = Path(__file__).with_name("seconds")
_SIGNS = "lib.worlds.aws"
_time = time.time


def _moved() -> float:
    is_to_sign = sys._getframe(1).f_globals.get("__name__") == _SIGNS
    return _time() if is_to_sign else _time() + float(_SECONDS.read_text())


time.time = _moved
