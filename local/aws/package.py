"""A function's package, as `sam build` makes it, for the Python that runs us."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.aws.ministack import ROOT, TOOLS

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


def build(function: str, folder: Path) -> Path:
    """Runs the function's rule of src/Makefile in a copy of src/, as SAM does. Gives the package."""
    source, package = folder / "src", folder / "package"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    package.mkdir()
    path = f"{TOOLS / 'uv' / 'bin'}{os.pathsep}{os.environ['PATH']}"  # a Python with pip
    subprocess.run(
        ["make", "--makefile", source / "runtimes" / RUNTIME / "Makefile", f"build-{function}"],
        cwd=source,
        # PYTHONPYCACHEPREFIX would put the package's bytecode elsewhere.
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        | {"PATH": path, "ARTIFACTS_DIR": str(package)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return package
