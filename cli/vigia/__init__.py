"""`vigia`: what the owner and the engineer on call ask, and what they decide. Never a part of the Lambda package.

The rooms of the function are imported as `lib`, here as everywhere: installed, they stand inside this package; in a
clone, in `src/`.
"""

import importlib.util
import sys
from pathlib import Path

__version__ = "0.4.0"
_HERE = Path(__file__).parent


def _find_rooms() -> None:
    """Loads `lib` from where it stands, whatever else of that name is on the path."""
    place = next(folder for folder in (_HERE / "lib", _HERE.parents[1] / "src" / "lib") if folder.is_dir())
    spec = importlib.util.spec_from_file_location("lib", place / "__init__.py", submodule_search_locations=[str(place)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{place} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules["lib"] = module
    spec.loader.exec_module(module)


if "lib" not in sys.modules:
    _find_rooms()
