"""The local AWS itself: whatever ends its user, no process and no file of it stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.aws.ministack import ROOT, LocalAws, LocalStackError

USER = """
import signal, time
from local.aws.ministack import LocalAws
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests were started in the background
with LocalAws() as aws:
    print(aws.process_group, flush=True)
    time.sleep(60)
"""
END_SECONDS = 10


def is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_user_that_is_ended_leaves_no_process_and_no_file(how: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", USER]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as user:
        assert user.stdout
        group = int(user.stdout.readline())
        assert list(tmp_path.iterdir())
        user.send_signal(how)
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline and (is_running(group) or list(tmp_path.iterdir())):
        time.sleep(0.05)
    assert not is_running(group)
    assert not list(tmp_path.iterdir())


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=f"Port {port} .* choose another one"), LocalAws(port):
            pass
