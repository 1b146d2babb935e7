"""The promise under everything that can go wrong: whole runs on a virtual clock, one seed and number one story."""

import sys
from pathlib import Path

_SRC = str(Path(__file__).parents[2] / "src")
if _SRC not in sys.path:  # `python -m tests.simulation` knows nothing of pytest's paths
    sys.path.insert(0, _SRC)
