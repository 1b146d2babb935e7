"""The last step of a package's build: what of its libraries does not travel, and bytecode for the rest.

`python pack.py FOLDER RUNTIME`, run by the Makefile beside it, which leaves whole libraries out (UNUSED). That and the
lists here are all that is done to them; tests/package holds what travels against the whole: the same requests, the same
answers.
"""

import compileall
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

TWILIO = (
    *("__init__", "auth_strategy/__init__", "auth_strategy/auth_type", "base/__init__", "base/api_response"),
    *("base/client_base", "base/deserialize", "base/domain", "base/exceptions", "base/instance_context"),
    *("base/instance_resource", "base/list_resource", "base/page", "base/serialize", "base/values", "base/version"),
    *("credential/__init__", "credential/credential_provider", "http/__init__", "http/http_client", "http/request"),
    *("http/response", "rest/__init__", "rest/api/v2010/account/message/__init__"),
    *("rest/api/v2010/account/message/feedback", "rest/api/v2010/account/message/media"),
)
"""The files of Twilio's SDK that travel: those that `worlds/twilio.py` makes Python load, of 800."""

TWILIO_EMPTIED = ("rest/api/__init__", "rest/api/v2010/__init__", "rest/api/v2010/account/__init__")
"""Those that travel empty: on the way to messages they import every other resource of an account, 90 modules."""

LAMBDA_FOLDER = "/var/task"


def take_out(folder: Path) -> None:
    """Removes from a package what does not travel. What is not there is no error: not every package has it all."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for cache in folder.rglob("__pycache__"):
        shutil.rmtree(cache)
    for pattern in ("*__mypyc*.so", "charset_normalizer/*.so"):  # their Python sources do the same on any processor
        for library in folder.glob(pattern):
            library.unlink()
    if (folder / "twilio").is_dir():
        _take_out_of_twilio(folder / "twilio")


def _take_out_of_twilio(sdk: Path) -> None:
    emptied = {sdk / f"{name}.py" for name in TWILIO_EMPTIED}
    kept = {sdk / f"{name}.py" for name in TWILIO} | emptied
    for path in sorted(sdk.rglob("*"), reverse=True):  # what is in a folder comes before the folder
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()
    for path in emptied:
        path.write_text("")


def add_bytecode(folder: Path) -> bool:
    """Bytecode of the Python that runs this, never held against its source: what is packed has no date of its own."""
    return bool(
        compileall.compile_dir(
            str(folder),
            quiet=1,
            force=True,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
            stripdir=str(folder),
            prependdir=LAMBDA_FOLDER,
        )
    )


def main(folder: Path, runtime: str) -> None:
    take_out(folder)
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if here != runtime:
        print(
            f"{runtime} is not on the PATH: the package has no bytecode, and a cold start takes longer", file=sys.stderr
        )
    elif not add_bytecode(folder):
        sys.exit("A file of the package does not compile")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
