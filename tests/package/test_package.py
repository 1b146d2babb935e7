"""The function's package: small, whole, with bytecode; and what travels of Twilio's SDK does what the whole does."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.aws.ministack import ROOT
from local.aws.package import RUNTIME, build
from local.services.server import start
from local.services.twilio.world import TwilioWorld

NOON = 1_795_003_200.0

pytestmark = pytest.mark.xdist_group("package")  # one build for all of them

UNCHECKED_HASH = 0b01  # a .pyc's second word: by hash, and not held against its source (PEP 552)
RUNTIMES_OWN = ("boto3", "botocore", "s3transfer", "dateutil", "six")  # what Lambda's runtime brings


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("MonitorFunction", tmp_path_factory.mktemp("build"))


def test_the_package_has_at_most_seven_megabytes_zipped(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "package.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(package.rglob("*")):
            archive.write(path, path.relative_to(package))
    assert (tmp_path / "package.zip").stat().st_size <= 7_000_000


def test_every_source_has_bytecode_that_no_date_makes_stale_and_no_path_of_the_builder_is_in_it(package: Path) -> None:
    for source in package.rglob("*.py"):
        # Not by cache_from_source, which may name a folder elsewhere: see PYTHONPYCACHEPREFIX in the Makefile.
        bytecode = (source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc").read_bytes()
        assert bytecode[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(bytecode[4:8], "little") == UNCHECKED_HASH, source
        assert str(package).encode() not in bytecode


def test_what_is_compiled_fits_every_processor_of_the_template(package: Path) -> None:
    libraries = {path.name.split("-", 2)[2] for path in package.rglob("*.so")}
    assert libraries == {"x86_64-linux-gnu.so", "aarch64-linux-gnu.so"}


def test_the_package_is_enough_beside_what_lambdas_runtime_brings(package: Path, tmp_path: Path) -> None:
    installed = Path(str(importlib.util.find_spec("boto3").origin)).parents[1]  # type: ignore[union-attr]
    for name in RUNTIMES_OWN:
        found = next(path for path in (installed / name, installed / f"{name}.py") if path.exists())
        (tmp_path / found.name).symlink_to(found)
    code = "import handler, lib.worlds.twilio, lib.worlds.ssm; from twilio.rest import Client; print(handler.__file__)"
    environment = {"PYTHONPATH": f"{package}{os.pathsep}{tmp_path}", "PATH": ""}
    answer = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == str(package / "handler.py")


def test_there_is_a_makefile_for_every_runtime_of_the_template() -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    allowed = template.partition("PythonRuntime:\n")[2].partition("AllowedValues: [")[2].partition("]")[0].split(", ")
    assert sorted(path.name for path in (ROOT / "src" / "runtimes").iterdir()) == sorted(allowed)
    for name in allowed:
        assert f"RUNTIME := {name}\n" in (ROOT / "src" / "runtimes" / name / "Makefile").read_text(encoding="utf-8")
    assert RUNTIME in allowed


@pytest.fixture
def conversation(tmp_path: Path) -> Iterator[Any]:
    """What our room and Twilio say to each other, by the SDK found in a folder or else the whole one."""

    def talk(sdk: Path | None) -> dict[str, Any]:
        path = os.pathsep.join(map(str, [*([sdk] if sdk else []), ROOT / "src"]))
        account = TwilioWorld(lambda: NOON, "AC" + "0" * 32, "token-of-the-test")
        account.add_template("HX" + "1" * 32, "Hola {{1}}")
        with start(account) as server:
            script = Path(__file__).with_name("twilio_conversation.py")
            answer = subprocess.run(
                [sys.executable, script, server.url],
                env=os.environ | {"PYTHONPATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert answer.returncode == 0, answer.stderr
            told = answer.stdout.replace(server.url, "URL").replace(server.url.removeprefix("http://"), "HOST")
            return dict(json.loads(told))

    yield talk
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_with_the_part_of_twilios_sdk_that_travels_everything_is_asked_and_answered_as_with_the_whole(
    package: Path, tmp_path: Path, conversation: Any
) -> None:
    shutil.copytree(package / "twilio", tmp_path / "twilio")
    part, whole = conversation(tmp_path), conversation(None)
    assert part.pop("sdk") != whole.pop("sdk")
    assert part == whole
    assert len(part["seen"]) > 125
    assert "'http_status': 201" in part["answers"][0]
