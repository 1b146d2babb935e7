"""A local AWS without Docker: a ministack process of our own, with IAM policies evaluated.

Nothing here can reach a real AWS account: every client gets made-up credentials and this machine's endpoint.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import botocore.session
from botocore.config import Config

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv"
REGION = "us-east-1"
# ministack takes an access key of twelve digits for the root of the account of that number.
ROOT_CREDENTIALS = {"AccessKeyId": "0" * 12, "SecretAccessKey": "local"}
NO_CONFIGURATION = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
START_SECONDS = 30
MEMORY, MEMORY_BYTES = Path("/dev/shm"), 2 * 10**9  # noqa: S108 - mkdtemp makes a folder of our own in it


class LocalStackError(Exception):
    """The local AWS could not be started or deployed to; the text says what to do."""


class LocalAws:
    """Runs for as long as the `with` lasts; afterwards no process and no file of it is left, whatever ended us.

    port: None for any free one. Raises LocalStackError when it does not start.
    """

    def __init__(self, port: int | None = None) -> None:
        self._port = port
        self._cleanup = contextlib.ExitStack()
        self._clients: dict[str, Any] = {}
        nothing = (None, None, os.devnull, None)
        self._session = botocore.session.Session(
            {"config_file": nothing, "credentials_file": nothing, "profile": (None, None, None, None)}
        )

    def __enter__(self) -> Self:
        ministack = tool("aws", "ministack")
        port = _free_port(self._port)
        self.endpoint_url = f"http://127.0.0.1:{port}"
        self.folder = Path(tempfile.mkdtemp(prefix="vigia-", dir=_in_memory()))
        # Leaving the `with` of a Popen closes its pipes and waits for it.
        guard = self._cleanup.enter_context(
            subprocess.Popen(
                [sys.executable, "-B", "-m", "local.aws.guard", self.folder, ministack],
                cwd=ROOT,
                env=_environment(self.folder, port),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                process_group=0,  # Ctrl-C reaches us alone, and we end it in order
            )
        )
        try:
            self.process_group = int(guard.stdout.readline() if guard.stdout else "")
            self._wait_until_it_answers(port)
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def _wait_until_it_answers(self, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(f"{self.endpoint_url}/_ministack/health"):
            if time.monotonic() > deadline or not _is_running(self.process_group):
                raise LocalStackError(f"The local AWS did not start on port {port}. It said:\n{self.last_words()}")
            time.sleep(0.05)

    def last_words(self) -> str:
        """The end of its own log, the functions' output included."""
        return last_lines((self.folder / "log").read_text(encoding="utf-8", errors="replace"))

    def client(self, service: str) -> Any:
        """A client as boto3 makes it, speaking as the account's root; may be shared by threads."""
        if service not in self._clients:
            self._clients[service] = self.client_as(ROOT_CREDENTIALS, service)
        return self._clients[service]

    def client_as(self, credentials: Mapping[str, Any], service: str) -> Any:
        """A client for credentials as `sts:AssumeRole` gives them. It reads nobody's AWS configuration."""
        config = Config(read_timeout=90, retries={"total_max_attempts": 1}, proxies={}, max_pool_connections=50)
        return self._session.create_client(
            service,
            REGION,
            endpoint_url=self.endpoint_url,
            config=config,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
        )

    def environment(self) -> dict[str, str]:
        """The variables by which an SDK speaks to it as the account's root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT_CREDENTIALS["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": ROOT_CREDENTIALS["SecretAccessKey"],
        }

    def workers(self) -> list[int]:
        """The process ids of its functions' execution environments, busy or warm."""
        # Unlimited width: ps cuts its lines to a terminal's, also where there is none.
        command = ["ps", "-A", "-ww", "-o", "pid=,pgid=,args="]
        listing = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = [line.split(maxsplit=2) for line in listing.stdout.splitlines()]
        return [
            int(pid) for pid, group, command in rows if int(group) == self.process_group and "_worker.py" in command
        ]

    def kill_workers(self) -> int:
        """SIGKILL to every execution environment, in the middle of whatever it does; gives their number when gone."""
        killed = self.workers()
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while not set(killed).isdisjoint(self.workers()):
            time.sleep(0.01)
        return len(killed)


def _environment(folder: Path, port: int) -> dict[str, str]:
    """All that ministack gets, and so the functions' processes, which inherit it: nothing of the reader's own."""
    (folder / "tmp").mkdir()
    return {
        **NO_CONFIGURATION,
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "LAMBDA_EXECUTOR": "local",
        "AUTH": "true",
        "DOCKER_HOST": f"unix://{folder}/none",  # where there is a Docker, ministack would remove others' containers
    }


def _in_memory() -> Path | None:
    """Where files cost least, for each start of a function unpacks its package; None for the usual folder."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < MEMORY_BYTES:
        return None
    return MEMORY


def tool(environment: str, name: str) -> Path:
    """A command of one of the environments that the Makefile makes. Raises LocalStackError when it is not there."""
    path = TOOLS / environment / "bin" / name
    if not path.exists():
        raise LocalStackError(f"{path.relative_to(ROOT)} is missing: `make demo` and `make test` install it.")
    return path


def last_lines(text: str, count: int = 15) -> str:
    """The end of what a tool printed."""
    return "\n".join(text.splitlines()[-count:])


def _free_port(wanted: int | None) -> int:
    try:
        with socket.create_server(("127.0.0.1", wanted or 0)) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        why = os.strerror(error.errno or 0)
        hint = "choose another one, or none for any that is free"
        raise LocalStackError(f"Port {wanted} of this machine cannot be used ({why}): {hint}.") from None


def _answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
