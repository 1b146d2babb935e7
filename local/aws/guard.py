"""Runs a command until its starter is gone, then leaves nothing of it: no process and no file.

`python -m local.aws.guard FOLDER COMMAND…` prints the id of the command's process group, which the starter may add
other processes to, and waits for its own standard input to end: the starter closes it, or was killed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

END_SECONDS = 5


def main(folder: Path, command: list[str]) -> None:
    """The command's output goes to `FOLDER/log`; FOLDER is removed at the end."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0)
    print(process.pid, flush=True)
    sys.stdin.read()
    _end_group(process)
    shutil.rmtree(folder, ignore_errors=True)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends when nothing of the group is left that could still write a file."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.01)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
