"""Vigía on the local AWS: the real template, built and deployed by the SAM CLI, nothing patched.

Where ministack (1.5.33) differs from AWS: of a template's table it ignores TTL and point-in-time recovery; it drops EMF
metrics; it looks at its rules every ten seconds, so that a rule's first minute may last seventy; it shows an
invocation's log lines when the invocation has ended; and see `allow`.
"""

import contextlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.aws.ministack import (
    NO_CONFIGURATION,
    REGION,
    ROOT,
    ROOT_CREDENTIALS,
    TOOLS,
    LocalAws,
    LocalStackError,
    last_lines,
    tool,
)

PREFIX = "/vigia"
SECRETS = ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
STEPS = ("start", "secrets", "build", "deploy")
ARCHITECTURES = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Invocation:
    """What one invocation came to: the function's answer, or the error it ended in."""

    answer: Any
    error: str | None


class LocalStack:
    """A local AWS with the stack deployed on it, for as long as the `with` lasts; afterwards nothing of it is left.

    parameters: name below the prefix → value. port: of the local AWS, None for any free one. tell: called with each of
    STEPS as it begins. email_identity: an address or a domain, which the local SES takes for verified; the function may
    send by it. Raises LocalStackError.
    """

    def __init__(
        self,
        elevenlabs_url: str,
        twilio_url: str,
        parameters: Mapping[str, str],
        port: int | None = None,
        tell: Callable[[str], None] = lambda _step: None,
        email_identity: str = "",
    ) -> None:
        self.aws = LocalAws(port)
        self.outputs: dict[str, str] = {}
        self._parameters, self._tell = parameters, tell
        self._template = {
            "ElevenLabsBaseUrl": elevenlabs_url,
            "TwilioBaseUrl": twilio_url,
            "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
            "Architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
            **({"EmailIdentity": email_identity} if email_identity else {}),
        }
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._tell("start")
        with contextlib.ExitStack() as cleanup:
            cleanup.enter_context(self.aws)
            self._tell("secrets")
            for name, value in self._parameters.items():
                self.put_parameter(name, value)
            if identity := self._template.get("EmailIdentity"):
                self.aws.client("sesv2").create_email_identity(EmailIdentity=identity)
            self._tell("build")
            self.build()
            self._tell("deploy")
            self.deploy()
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._cleanup.close()

    # --- what an operator does ----------------------------------------------------------------------------------------

    def put_parameter(self, name: str, value: str) -> None:
        """Puts a secret or a setting, by its name below the prefix."""
        kind = "SecureString" if name in SECRETS else "String"
        self.aws.client("ssm").put_parameter(Name=f"{PREFIX}/{name}", Value=value, Type=kind, Overwrite=True)

    def delete_parameter(self, name: str) -> None:
        """Removes a parameter, by its name below the prefix; one that is not there is no error."""
        self.aws.client("ssm").delete_parameters(Names=[f"{PREFIX}/{name}"])

    def build(self) -> None:
        """`sam build`, into the local AWS's own folder."""
        self._sam("build", ROOT / "template.yaml", "--build-dir", str(self.aws.folder / "build"), "--no-cached")

    def deploy(self) -> str:
        """`sam deploy` of what was built, as samconfig.toml says, without questions. Gives what it printed."""
        built = self.aws.folder / "build" / "template.yaml"
        printed = self._sam("deploy", built, "--no-confirm-changeset", "--no-progressbar")
        (stack,) = self.aws.client("cloudformation").describe_stacks(StackName="vigia")["Stacks"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        function = self.aws.client("lambda").get_function_configuration(
            FunctionName=self.outputs["MonitorFunctionName"]
        )
        self.role_arn, self.log_group = function["Role"], function["LoggingConfig"]["LogGroup"]
        widget = self.aws.client("lambda").get_function_configuration(FunctionName=self.outputs["WidgetFunctionName"])
        for role_arn in (self.role_arn, widget["Role"]):
            allow(self.aws, role_arn, "ssm:GetParameters")
        if "EmailIdentity" in self._template:
            allow(self.aws, self.role_arn, "ses:SendEmail")
        return printed

    def set_rule(self, *, enabled: bool) -> None:
        """Switches the rule on or off, without a deployment."""
        events = self.aws.client("events")
        (rule,) = events.list_rules()["Rules"]
        switch = events.enable_rule if enabled else events.disable_rule
        switch(Name=rule["Name"])

    def invoke(self, event: Mapping[str, Any] | None = None) -> Invocation:
        """One invocation by hand, waited for. It may run beside the rule's own, and be called from many threads."""
        response = self.aws.client("lambda").invoke(
            FunctionName=self.outputs["MonitorFunctionName"], Payload=json.dumps(event or {})
        )
        answer = json.loads(response["Payload"].read())
        return (
            Invocation(None, str(answer["errorMessage"])) if "FunctionError" in response else Invocation(answer, None)
        )

    def ask_widget(self, event: Mapping[str, Any] | None = None, *, alias: str = "") -> str:
        """What the widget shows; alias: another name of its function, such as `view`. Raises LocalStackError."""
        response = self.aws.client("lambda").invoke(
            FunctionName=self.outputs["WidgetFunctionName"],
            Payload=json.dumps(event or {}),
            **({"Qualifier": alias} if alias else {}),
        )
        answer = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise LocalStackError(str(answer["errorMessage"]))
        return str(answer)

    def log(self, since: float = 0) -> list[str]:
        """The lines of every invocation that ended since an instant (epoch seconds), Lambda's own lines among them."""
        paginator = self.aws.client("logs").get_paginator("filter_log_events")
        pages = paginator.paginate(logGroupName=self.log_group, startTime=int(since * 1000))
        return [event["message"] for page in pages for event in page["events"]]

    # --- how ----------------------------------------------------------------------------------------------------------

    def _sam(self, command: str, template: Path, *options: str) -> str:
        overrides = [f"{name}={value}" for name, value in self._template.items()]
        config = ["--config-file", str(ROOT / "samconfig.toml"), "--template-file", str(template)]
        process = subprocess.run(
            [str(tool("sam", "sam")), command, *config, *options, "--parameter-overrides", *overrides],
            cwd=self.aws.folder,
            env=sam_environment(self.aws),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            process_group=self.aws.process_group,  # it ends with the local AWS, and so does all that it starts
        )
        if process.returncode:
            raise LocalStackError(f"`sam {command}` failed. It said:\n{last_lines(process.stdout)}")
        return process.stdout


def allow(aws: LocalAws, role_arn: str, action: str) -> None:
    """Makes up for ministack checking some actions against `*` alone: a grant of exact names matches nothing.

    tests/template holds the template's own grants to account.
    """
    everything = {"Effect": "Allow", "Action": action, "Resource": "*"}
    aws.client("iam").put_role_policy(
        RoleName=role_arn.rpartition("/")[2],
        PolicyName=f"local-{action.replace(':', '-')}",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )


def sam_environment(aws: LocalAws) -> dict[str, str]:
    """For `sam`: the reader's own (pip may need it for its index), with every way to a real AWS account taken out.

    And without PYTHON…: PYTHONPYCACHEPREFIX would put the package's bytecode elsewhere.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_", "PYTHON"))}
    return {
        **inherited,
        **NO_CONFIGURATION,
        "AWS_ACCESS_KEY_ID": ROOT_CREDENTIALS["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": ROOT_CREDENTIALS["SecretAccessKey"],
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_DEFAULT_REGION": REGION,
        "TMPDIR": str(aws.folder / "tmp"),
        "NO_PROXY": "127.0.0.1",
        "PATH": f"{TOOLS / 'uv' / 'bin'}{os.pathsep}{os.environ['PATH']}",  # sam build wants pythonX.Y with pip
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.5",
        "__SAM_CLI_APP_DIR": str(aws.folder / "sam"),
    }
