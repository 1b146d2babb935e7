"""What the function under measure talks to: both services with a stated latency, and a local DynamoDB and SSM."""

import contextlib
import importlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.aws.ministack import ROOT, LocalAws
from local.aws.package import build
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import Server, start
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld

API_KEY, ACCOUNT_SID, AUTH_TOKEN = "key-of-the-bench", "AC" + "0" * 32, "token-of-the-bench"
SUMMARY = "La persona preguntó por el curso de cerámica de los sábados; si quedan plazas para dos, se apunta."
LAMBDAS_OWN = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
PORTS_OWN = ("requests", "twilio", "certifi", "idna", "charset_normalizer", "jwt")

_numbers = itertools.count(1)  # of stages and tables, by which they differ


@dataclass(frozen=True, slots=True)
class Cost:
    """What one invocation came to. requests: by name, AWS's by operation."""

    answer: dict[str, Any]
    cpu: float
    wall: float
    peak_mb: float
    requests: Mapping[str, int]


class Function:
    """One execution environment. It may be held to a share of a processor after its start, as Lambda does."""

    def __init__(self, process: "subprocess.Popen[str]", started_at: float) -> None:
        self._process = process
        self.start = self._told()
        self.start_wall = time.perf_counter() - started_at
        self.pid = process.pid

    def invoke(self, **event: Any) -> Cost:
        print(json.dumps(event), file=self._process.stdin, flush=True)
        return self._told()

    def _told(self) -> Cost:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError(f"the function ended: {self._process.wait()}")
        return Cost(**json.loads(line))


class Packages:
    """What runs in a function: built once, and shared by all scenes."""

    def __init__(self, folder: Path) -> None:
        with ThreadPoolExecutor() as pool:
            package = pool.submit(build, "MonitorFunction", folder)
            self.lambdas_own = _copied(folder / "runtime", LAMBDAS_OWN, with_bytecode=True)
            self.vigia = package.result()
        self.port = _copied(folder / "port", PORTS_OWN)
        shutil.copy(ROOT / "local" / "bench" / "port.py", self.port)


class Stage:
    """New services and an empty table for every scene. Scenes side by side need a stage each (`beside`).

    ready: called by a scene whose function is warm; returns when those of all scenes beside it are.
    """

    def __init__(self, aws: LocalAws, packages: Packages, elevenlabs: Server, twilio: Server) -> None:
        self._aws, self._elevenlabs, self._twilio = aws, elevenlabs, twilio
        self.packages = packages
        self.ready: Callable[[], object] = _at_once
        self._prefix = f"/bench/{next(_numbers)}"
        self.begin()

    @contextlib.contextmanager
    def beside(self, ready: Callable[[], object]) -> Iterator["Stage"]:
        """Another one, of the same packages, on the same local AWS. ready: as the class says."""
        with _services(self._twilio.latency_seconds) as services:
            stage = Stage(self._aws, self.packages, *services)
            stage.ready = ready
            yield stage

    @contextlib.contextmanager
    def without_latency(self) -> Iterator[None]:
        """Both services answer at once: nobody waits for a function that gets warm."""
        latency_seconds = self._twilio.latency_seconds
        self._elevenlabs.latency_seconds = self._twilio.latency_seconds = 0.0
        yield
        self._elevenlabs.latency_seconds = self._twilio.latency_seconds = latency_seconds

    def begin(self, **settings: Any) -> None:
        """Forgets all that was before."""
        first_id = time.time_ns() >> 10
        self.calls = ElevenLabsWorld(time.time, API_KEY, first_id=first_id)
        self.messages = TwilioWorld(time.time, ACCOUNT_SID, AUTH_TOKEN, first_id=first_id)
        self._elevenlabs.world, self._twilio.world = self.calls, self.messages
        self.table = f"calls-{next(_numbers)}"
        self._make_table()
        values = {
            "ELEVENLABS_API_KEY": API_KEY,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_WHATSAPP_NUMBER": SANDBOX_SENDER,
            "SETTINGS": json.dumps(settings),
        }
        for name, value in values.items():
            parameter = {"Name": f"{self._prefix}/{name}", "Value": value, "Type": "String"}
            self._aws.client("ssm").put_parameter(**parameter, Overwrite=True)

    def _make_table(self) -> None:
        names = {"pk": "S", "queue": "S", "due_at": "N"}
        keys = [{"AttributeName": "queue", "KeyType": "HASH"}, {"AttributeName": "due_at", "KeyType": "RANGE"}]
        self._aws.client("dynamodb").create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in names.items()],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[{"IndexName": "due", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}],
        )

    def batch(self, count: int, *, running: bool = False, prompt: str = "") -> None:
        """A batch of calls that ended a minute ago, or that nobody has dialled yet."""
        now = time.time()
        data: dict[str, Any] = {"dynamic_variables": {"name": "Persona"}}
        if prompt:
            data["conversation_config_override"] = {"agent": {"prompt": {"prompt": prompt}}}
        first = sum(len(batch.recipients) for batch in self.calls.batches.values())
        people = [
            {"phone_number": f"+57300{first + number:07d}", "conversation_initiation_client_data": data}
            for number in range(count)
        ]
        plans = [] if running else [CallPlan(conversation={"summary": SUMMARY})] * count
        self.calls.add_batch(people, plans, created_at=now - 120, scheduled_at=now - 120, agent_id="agent_1")

    @contextlib.contextmanager
    def function(self, which: str = "vigia", tick_seconds: float = 15) -> Iterator[Function]:
        """A new execution environment of Vigía's package, or of the port."""
        path = [getattr(self.packages, which), self.packages.lambdas_own]
        environment = self._aws.environment() | {
            "_HANDLER": "handler.lambda_handler",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_PROXY": "127.0.0.1",
            "AWS_DEFAULT_REGION": self._aws.environment()["AWS_REGION"],
            "TABLE_NAME": self.table,
            "PARAMETER_PREFIX": self._prefix,
            "ELEVENLABS_BASE_URL": self._elevenlabs.url,
            "TWILIO_BASE_URL": self._twilio.url,
            "TICK_SECONDS": str(tick_seconds),
            "TICKS_PER_INVOCATION": "4",
            "POWERTOOLS_SERVICE_NAME": "bench",
        }
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-S", str(ROOT / "local" / "bench" / "child.py"), which],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            yield Function(process, began)  # leaving the `with` closes its standard input, which ends it


@contextlib.contextmanager
def staged(folder: Path, latency_seconds: float) -> Iterator[Stage]:
    """The first stage, its services answering after so long."""
    with LocalAws() as aws, _services(latency_seconds) as services:
        yield Stage(aws, Packages(folder), *services)


def _at_once() -> None:
    """A scene that has no other beside it waits for none."""


@contextlib.contextmanager
def _services(latency_seconds: float) -> Iterator[tuple[Server, Server]]:
    nothing, nobody = ElevenLabsWorld(time.time, API_KEY), TwilioWorld(time.time, ACCOUNT_SID, AUTH_TOKEN)
    with start(nothing) as elevenlabs, start(nobody) as twilio:
        elevenlabs.latency_seconds = twilio.latency_seconds = latency_seconds
        yield elevenlabs, twilio


def _copied(folder: Path, names: tuple[str, ...], *, with_bytecode: bool = False) -> Path:
    """Libraries as they are installed here."""
    folder.mkdir()
    for name in names:
        origin = Path(str(importlib.import_module(name).__file__))
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, folder)
    if with_bytecode:
        mode = ["-q", "--invalidation-mode", "unchecked-hash"]
        beside = os.environ | {"PYTHONPYCACHEPREFIX": ""}  # the bytecode beside its source, as in a package
        compile_all = [sys.executable, "-m", "compileall", *mode, str(folder)]
        subprocess.run(compile_all, env=beside, check=True, stdout=subprocess.DEVNULL)
    return folder
