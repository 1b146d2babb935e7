"""What the commands change: settings, secrets, and what a person decides about a call."""

import json
import os
import re
import subprocess
import sys
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import pytest
from botocore.client import BaseClient
from botocore.exceptions import (
    ClientError,
    ConfigParseError,
    ConnectionClosedError,
    EndpointConnectionError,
    LoginRefreshRequired,
    MissingDependencyException,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)

from local.aws.ministack import ROOT
from tests.cli.conftest import Desk
from tests.cli.test_reading import held_item
from tests.twins.people import PHONE, answer_of
from vigia.__main__ import first, main, run
from vigia.cloud import Cloud
from vigia.commands.secrets import read_env
from vigia.problems import is_the_callers, of_aws
from vigia.words import choose


def test_pausing_and_resuming_change_one_setting_and_nothing_else(desk: Desk) -> None:
    desk.put_parameter("SETTINGS", '{"brand": "Panadería Luna"}')
    assert desk("pause").status == 0
    assert json.loads(desk.parameter("SETTINGS") or "") == {"brand": "Panadería Luna", "paused": True}
    assert desk("status", "--json").json["paused"] is True
    assert desk("resume").status == 0
    assert desk("settings", "get", "--json").json == {"brand": "Panadería Luna", "paused": False}


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("brand", "Panadería Luna", {"brand": "Panadería Luna"}),
        ("brand", "1984", {"brand": "1984"}),
        ("lookback_hours", "48", {"lookback_hours": 48}),
        ("statuses.voicemail", "skip", {"statuses": {"voicemail": "skip"}}),
        ("agents.agent_1.language", "en", {"agents": {"agent_1": {"language": "en"}}}),
        ("interval_seconds", "null", {"interval_seconds": None}),
    ],
)
def test_a_setting_is_set_by_its_dotted_key(desk: Desk, key: str, value: str, stored: object) -> None:
    assert desk("settings", "set", key, value).status == 0
    assert json.loads(desk.parameter("SETTINGS") or "") == stored
    assert desk("settings", "unset", key).status == 0


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("brandd", "x", "SETTINGS.brandd"),
        ("paused", "maybe", "SETTINGS.paused"),
        ("lookback_hours", "500", "SETTINGS.lookback_hours"),
        ("agents.agent_1.lenguage", "en", "SETTINGS.agents.agent_1.lenguage"),
        ("paused.deep", "1", "SETTINGS.paused"),
    ],
)
def test_what_the_function_would_refuse_is_not_written(desk: Desk, key: str, value: str, named: str) -> None:
    answer = desk("settings", "set", key, value)
    assert answer.status == 2
    assert named in answer.err
    assert desk.parameter("SETTINGS") is None


def test_why_it_is_refused_is_told_in_the_persons_language(desk: Desk, tmp_path: Path) -> None:
    answer = desk("--lang", "es", "settings", "set", "interval_seconds", "4")
    assert "SETTINGS.interval_seconds: debe ser un número entero de segundos, de 5 a 60, o null" in answer.err
    path = tmp_path / ".env"
    path.write_text("TWILIO_ACCOUNT_SID=AC123\n")
    answer = desk("--lang", "es", "secrets", "push", "--from", str(path))
    assert "TWILIO_ACCOUNT_SID: debe ser AC y 32 dígitos hexadecimales" in answer.err
    desk.put_parameter("SETTINGS", '{"pausd": 1}')
    for command in ("status", "pause", "preview", "doctor"):
        answer = desk("--lang", "es", command)
        assert "no es un ajuste; ¿quiso decir paused?" in answer.err + answer.out


def test_a_broken_parameter_is_named_and_left(desk: Desk) -> None:
    desk.put_parameter("SETTINGS", "{nonsense")
    for command in (("pause",), ("settings", "get"), ("settings", "set", "brand", "x")):
        answer = desk(*command)
        assert answer.status == 1
        assert "vigia settings edit" in answer.err
    assert desk.parameter("SETTINGS") == "{nonsense"


def test_what_is_stored_wrong_is_something_wrong_and_no_wrong_use(desk: Desk) -> None:
    desk.put_parameter("SETTINGS", '{"pausd": 1}')
    for command in (("pause",), ("settings", "set", "brand", "1984")):
        answer = desk(*command)
        assert (answer.status, "SETTINGS.pausd" in answer.err, "vigia settings edit" in answer.err) == (1, True, True)
    assert desk("settings", "unset", "pausd").status == 0
    assert desk("pause").status == 0


def test_a_byte_order_mark_hides_no_setting(desk: Desk) -> None:
    desk.put_parameter("SETTINGS", '\ufeff{"brand": "Luna"}')
    assert desk("settings", "get").json == {"brand": "Luna"}
    assert desk("pause").status == 0
    assert json.loads(desk.parameter("SETTINGS") or "") == {"brand": "Luna", "paused": True}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("brand", "Luna"),
        ("paused", False),
        ("lookback_hours", 24),
        ("statuses.voicemail", "missed"),
        ("channels", ["whatsapp"]),
        ("agents", {}),
        ("agents.a.language", None),
    ],
)
def test_one_setting_is_shown_as_it_is_in_force(desk: Desk, key: str, value: object) -> None:
    desk.put_parameter("SETTINGS", '{"brand": "Luna"}')
    assert desk("settings", "get", key).json == value


def test_resume_says_so_where_a_rehearsal_holds_everything_back(desk: Desk) -> None:
    assert "Running again" in desk("resume").out
    desk("settings", "set", "dry_run", "true")
    told = desk("resume").out
    assert "dry_run is on" in told
    assert "Running again" not in told


@pytest.mark.parametrize("key", ["quiet_hours.start", "agents.agent_1.brand", "texts.follow_up.es", "brand"])
def test_what_is_not_there_is_taken_out_without_a_trace(desk: Desk, key: str) -> None:
    assert desk("settings", "unset", key).status == 0
    assert desk("settings", "get").json == {}


@pytest.mark.parametrize("editor", ["no-such-editor", "vi 'without an end"])
def test_an_editor_that_cannot_be_started_is_named(desk: Desk, editor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigia.show.is_interactive", lambda: True)
    monkeypatch.setenv("VISUAL", editor)
    answer = desk("settings", "edit")
    assert answer.status == 1
    assert f"“{editor}” cannot be started" in answer.err


def test_the_parameter_keeps_its_history(desk: Desk) -> None:
    desk("pause")
    desk("resume")
    history = desk.aws.client("ssm").get_parameter_history(Name="/vigia/SETTINGS")["Parameters"]
    assert [json.loads(one["Value"])["paused"] for one in history] == [True, False]


def test_secrets_are_put_from_a_file_each_of_its_type_and_never_echoed(desk: Desk, tmp_path: Path) -> None:
    token, path = "t" * 32, tmp_path / ".env"
    path.write_text(
        f"# ours\nexport TWILIO_AUTH_TOKEN='{token}'\nTWILIO_WHATSAPP_NUMBER=+14155238886 # sandbox\nOTHER=1\n"
    )
    answer = desk("secrets", "push", "--from", str(path))
    assert answer.status == 0, answer.err
    assert token not in answer.out + answer.err
    assert "OTHER" in answer.err
    assert desk.parameter("TWILIO_AUTH_TOKEN") == token
    kinds = {
        one["Name"]: one["Type"] for one in desk.aws.client("ssm").get_parameters_by_path(Path="/vigia")["Parameters"]
    }
    assert kinds["/vigia/TWILIO_AUTH_TOKEN"] == "SecureString"
    assert kinds["/vigia/TWILIO_WHATSAPP_NUMBER"] == "String"


def test_secrets_are_taken_out_one_by_one_or_all(desk: Desk) -> None:
    assert desk("secrets", "remove", "TWILIO_AUTH_TOKEN").status == 2, "there is no terminal to ask on"
    answer = desk("secrets", "remove", "TWILIO_AUTH_TOKEN", "EMAIL_FROM", "--yes")
    assert (answer.status, answer.out.splitlines()) == (0, ["/vigia/TWILIO_AUTH_TOKEN: taken out."])
    answer = desk("secrets", "remove", "EMAIL_FROM", "--yes")
    assert (answer.status, answer.out.splitlines()) == (0, ["None of them was there."])
    assert desk("secrets", "remove", "--yes").status == 2
    assert desk("secrets", "remove", "SOMETHING_ELSE", "--yes").status == 2
    assert desk("secrets", "remove", "--all", "--yes").status == 0
    assert desk.aws.client("ssm").get_parameters_by_path(Path="/vigia")["Parameters"] == []


def test_a_malformed_secret_puts_none_of_the_file(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("ELEVENLABS_API_KEY=another-key\nTWILIO_ACCOUNT_SID=AC123\n")
    answer = desk("secrets", "push", "--from", str(path))
    assert answer.status == 2
    assert "TWILIO_ACCOUNT_SID" in answer.err
    assert "AC123" not in answer.err + answer.out
    assert desk.parameter("ELEVENLABS_API_KEY") != "another-key"


def test_a_line_of_an_env_file_may_be_written_in_every_usual_way() -> None:
    text = """\ufeffELEVENLABS_API_KEY = "a # b"
#TWILIO_AUTH_TOKEN=no
TWILIO_AUTH_TOKEN=x#y # note
EMAIL_FROM=
nonsense
"""
    assert read_env(text) == ({"ELEVENLABS_API_KEY": "a # b", "TWILIO_AUTH_TOKEN": "x#y"}, [])


def test_deciding_asks_the_function_and_tells_what_became_of_the_call(desk: Desk) -> None:
    desk.put(held_item())
    answer = desk("resend", f"{PHONE}_conv_1", "--reason", "she never got it", "--json")
    assert answer.json == {"pk": f"{PHONE}_conv_1", "status": "waiting"}
    assert desk("resend", f"{PHONE}_conv_1").status == 2
    assert desk("resend", f"{PHONE}_conv_1", "--reason", " ").status == 2


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), ConnectionClosedError(endpoint_url="x")])
def test_a_decision_whose_answer_is_lost_is_not_said_to_have_reached_nobody(
    desk: Desk, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(Cloud, "invoke", lost)
    told = desk("release", "+573000000000_conv 1")
    assert told.status == 1
    assert "may be done all the same" in told.err
    assert "vigia why '+573000000000_conv 1'" in told.err


def test_no_key_is_wrong_use_and_the_function_is_not_asked(desk: Desk) -> None:
    for command in (("release", " "), ("resend", "", "--reason", "x")):
        said = desk(*command)
        assert (said.status, "vigia held" in said.err) == (2, True)


def test_without_a_terminal_nothing_is_asked(desk: Desk) -> None:
    for command in (("secrets", "push"), ("settings", "edit")):
        answer = desk(*command)
        assert answer.status == 2
        assert "terminal" in answer.err
    assert "\x1b" not in desk("status").out + desk("nonsense").err + desk("--help").out


def test_the_global_options_stand_anywhere() -> None:
    assert first(["status", "--json", "--stack", "a"]) == ["--json", "--stack", "a", "status"]
    assert first(["status", "--stack"]) == ["--stack"], "typer says that its value is missing"
    assert first(["--lang=es", "why", "x", "--stack=b"]) == ["--lang=es", "--stack=b", "why", "x"]
    assert first(["settings", "set", "brand", "--", "--json"]) == ["settings", "set", "brand", "--", "--json"]


def test_what_is_missing_is_named_with_the_command_that_mends_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = desk("--stack", "nobody", "status")
    assert answer.status == 1
    assert "no stack named nobody in us-east-1" in answer.err
    assert "--stack" in answer.err
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it remembers its credentials
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    answer = desk("status", "--lang", "es")
    assert answer.status == 1
    assert "credenciales" in answer.err
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)
    answer = desk("status")
    assert answer.status == 1
    assert "AWS_REGION" in answer.err


@pytest.mark.parametrize(
    ("error", "words", "do"),
    [
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Scan"), "may not do Scan", "AWS_PROFILE"),
        (ClientError({"Error": {"Code": "ExpiredTokenException"}}, "Scan"), "(ExpiredTokenException)", "aws sso login"),
        (NoCredentialsError(), "no usable AWS credentials", "aws configure"),
        (EndpointConnectionError(endpoint_url="x"), "could not be reached", "AWS_REGION"),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "Scan"), "ThrottlingException", "vigia doctor"),
        (ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Scan"), "table is gone", "from a backup"),
        (ReadTimeoutError(endpoint_url="x"), "ReadTimeoutError", "vigia doctor"),
    ],
)
@pytest.mark.parametrize("command", [("status",), ("why", PHONE), ("held",), ("suppress", PHONE)])
def test_a_table_that_does_not_answer_is_told_as_what_it_is_and_with_what_mends_it(
    desk: Desk, command: tuple[str, ...], error: Exception, words: str, do: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = vars(BaseClient)["_make_api_call"]

    def refused(client: Any, operation: str, request: Any) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            raise error
        return call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", refused)
    told = desk(*command)
    assert told.status == 1
    assert words in told.err
    assert do in told.err
    assert not re.search(r"failed|could not|gave no| or: ", desk(*command, "--lang", "es").err)


@pytest.mark.parametrize(
    ("code", "said", "words", "do"),
    [
        (
            "AccessDeniedException",
            "is not authorized to perform: kms:Decrypt on",
            "no permiten kms:Decrypt.",
            "AWS_PROFILE",
        ),
        ("SignatureDoesNotMatch", "Signature expired: it is now earlier", "su reloj está mal", "timedatectl"),
        ("InvalidSignatureException", "Signature not yet current: it is", "su reloj está mal", "timedatectl"),
        ("SignatureDoesNotMatch", "Check your AWS Secret Access Key", "no acepta estas credenciales", "aws configure"),
        ("InvalidKeyId", "the key is disabled", "clave de KMS", "SecretsKeyArn"),
    ],
)
def test_what_aws_says_beside_its_code_tells_what_mends_it(code: str, said: str, words: str, do: str) -> None:
    choose("es")
    problem = of_aws(ClientError({"Error": {"Code": code, "Message": said}}, "GetParameters"))
    assert (words in problem.what, do in problem.do) == (True, True), problem.what


@pytest.mark.parametrize(
    ("error", "words", "do"),
    [
        (ProfileNotFound(profile="shop"), "shop", "AWS_PROFILE"),
        (ConfigParseError(path="config"), "no se puede usar", "~/.aws/config"),
        (LoginRefreshRequired(), "no hay credenciales", "aws sso login"),
        (MissingDependencyException(msg="crt"), "aws login", "pipx inject"),
    ],
)
def test_credentials_that_cannot_be_had_are_told_with_what_mends_them(error: Any, words: str, do: str) -> None:
    choose("es")
    problem = of_aws(error)
    assert is_the_callers(error)
    assert (words in problem.what, do in problem.do) == (True, True), problem.what


def test_ctrl_c_is_one_and_says_that_it_was_not_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Cloud) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Cloud, "settings_text", interrupt)
    for command in (("status",), ("pause",)):
        answer = desk(*command)
        assert (answer.status, answer.out) == (1, "")
        assert "Stopped before it was done." in answer.err


def test_what_does_not_exist_is_not_paused_and_a_setting_for_it_says_where_it_went(desk: Desk) -> None:
    for command in ("pause", "resume"):
        answer = desk("--stack", "nobody", command)
        assert (answer.status, answer.out) == (1, "")
        assert "no stack named nobody" in answer.err
    assert desk.aws.client("ssm").get_parameters(Names=["/nobody/SETTINGS"])["Parameters"] == []
    answer = desk("--stack", "nobody", "settings", "set", "brand", "Luna")  # README step 4 comes before the deploy
    assert (answer.status, answer.out) == (
        0,
        "Written to /nobody/SETTINGS; there is no stack nobody yet that reads it.\n",
    )
    desk.aws.client("ssm").delete_parameter(Name="/nobody/SETTINGS")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_pipe_that_lacks_a_letter_gets_the_rest_and_json_has_them_all(
    desk: Desk, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put(answer_of("SM1", int(time.time()), "Sí, gracias 🙏"))
    for command in (["doctor", "stack"], ["replies"], ["replies", "--json"]):
        out, err = (TextIOWrapper(BytesIO(), encoding=encoding) for _ in range(2))
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", err)
        monkeypatch.setattr("sys.argv", ["vigia", "--lang", "es", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        out.flush()
        told = out.buffer.getvalue().decode(encoding)
        assert ended.value.code == 0, told
        assert "stack: vigia" in told or "gracias" in told
    assert json.loads(told)[0]["text"] == "Sí, gracias 🙏"


@pytest.mark.parametrize("command", ["{vigia} >/dev/full", "{vigia} >&-"])
def test_a_full_disk_or_a_closed_output_ends_without_a_trace(command: str) -> None:
    vigia = f"{sys.executable} -m vigia --lang en --version"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("src", "cli"))}
    ended = subprocess.run(
        ["/bin/sh", "-c", command.format(vigia=vigia)], capture_output=True, text=True, check=False, env=environment
    )
    full = "full" in command
    assert ended.returncode == (1 if full else 0)
    assert ended.stderr == ("✗ This computer refused it: No space left on device.\n" if full else "")


def test_wrong_use_is_two() -> None:
    for wrong in (
        ["--stack", "", "status"],
        ["nonsense"],
        ["why"],
        ["--lang", "fr", "status"],
        ["metrics", "--serve", "no"],
        ["doctor", "nonsense"],
    ):
        assert run(wrong) == 2, wrong
