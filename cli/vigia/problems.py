"""What a person is told instead of a trace: what is wrong, and the command that mends it."""

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    InvalidConfigError,
    LoginError,
    MissingDependencyException,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    UnknownCredentialError,
)
from botocore.exceptions import ConnectionError as NoConnection

from lib.config.in_spanish import problem_in
from lib.errors import TableUnclear

from .words import language, t

SOMETHING_IS_WRONG, WRONG_USE = 1, 2
_NOT_LOGGED_IN = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    SSOError,
    LoginError,
    TokenRetrievalError,
)
_BAD_FILES = (ConfigNotFound, ConfigParseError, InvalidConfigError, ProfileNotFound, UnknownCredentialError)
_BAD_CREDENTIALS = frozenset(
    (
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("SignatureDoesNotMatch", "AuthFailure", "InvalidSignatureException", "RequestExpired"),
    )
)
_DENIED = frozenset(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"))
_BAD_KEY = frozenset(("InvalidKeyId", "KMSInvalidStateException", "DisabledException"))
_ACTION = re.compile(r"not authorized to perform: ([\w-]+:\w+)")  # what IAM lacks: kms:Decrypt, say, for GetParameters
_WRONG_CLOCK = re.compile(r"Signature (expired|not yet current)")
SET_THE_CLOCK = "sudo timedatectl set-ntp true"


class Problem(Exception):
    """what: a sentence. do: the command or the step that mends it; "" when nothing does."""

    def __init__(self, what: str, do: str = "", status: int = SOMETHING_IS_WRONG) -> None:
        self.what, self.do, self.status = what, do, status
        super().__init__(what)


class WrongUse(Problem):
    """The command was given what it cannot take."""

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(what, do, WRONG_USE)


def unreachable() -> Problem:
    return Problem(
        t("AWS could not be reached: no connection, or the region is misspelt."),
        t("look at AWS_REGION and AWS_ENDPOINT_URL"),
    )


def is_the_callers(error: BotoCoreError | ClientError) -> bool:
    """Whether it is about who asks, and from where: credentials, permission, region, connection."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in _BAD_CREDENTIALS | _DENIED
    return isinstance(error, (*_NOT_LOGGED_IN, *_BAD_FILES, MissingDependencyException, NoRegionError, NoConnection))


def of(error: Exception) -> Problem | None:
    """The problem behind an error that was foreseen, None of any other."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, BotoCoreError | ClientError):
        return of_aws(error)
    if isinstance(error, TableUnclear) and str(error).endswith(": ResourceNotFoundException"):
        return Problem(t("The stack's table is gone."), t("docs/operations.md, The table back from a backup"))
    if isinstance(error, TableUnclear):
        return Problem(
            t("The table gave no clear answer: {what}.", what=problem_in(str(error), language())),
            t("try again; if it stays, look whether the table is there: vigia doctor"),
        )
    return None


def of_aws(error: BotoCoreError | ClientError) -> Problem:
    """The problem behind an error of AWS's SDK."""
    if isinstance(error, NoRegionError):
        return Problem(t("No AWS region is chosen."), "export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1")
    if isinstance(error, _NOT_LOGGED_IN):
        return Problem(t("There are no usable AWS credentials here."), t("aws configure, or: aws sso login"))
    if isinstance(error, _BAD_FILES):
        return Problem(
            t("The AWS configuration of this computer cannot be used: {what}", what=error),
            t("put ~/.aws/config right, or choose another AWS_PROFILE"),
        )
    if isinstance(error, MissingDependencyException):
        return Problem(t("Credentials of aws login need one package more."), "pipx inject vigia 'botocore[crt]'")
    if isinstance(error, EndpointConnectionError | NoConnection | HTTPClientError):
        return unreachable()
    if isinstance(error, ClientError):
        return _of_an_answer(error)
    return Problem(t("AWS's SDK ended in {kind}.", kind=type(error).__name__), again())


def _of_an_answer(error: ClientError) -> Problem:
    code, operation = error.response["Error"]["Code"], error.operation_name
    said = error.response["Error"].get("Message") or ""
    if code in _BAD_CREDENTIALS and (code == "RequestExpired" or _WRONG_CLOCK.match(said)):
        return Problem(t("AWS takes no signature of this computer's, for its clock is wrong."), SET_THE_CLOCK)
    if code in _BAD_CREDENTIALS:
        return Problem(
            t("AWS does not take these credentials ({code}).", code=code), t("aws configure, or: aws sso login")
        )
    if code in _DENIED:
        lacking = _ACTION.search(said)
        return Problem(
            t("These AWS credentials may not do {operation}.", operation=lacking[1] if lacking else operation),
            t("ask whoever runs the account for it, or use another AWS_PROFILE"),
        )
    if code in _BAD_KEY:
        return Problem(
            t("The KMS key of the secrets cannot be used ({code}): it is disabled, or gone.", code=code),
            t("enable it in KMS; to use another: docs/operations.md, SecretsKeyArn"),
        )
    return Problem(t("AWS refused {operation}: {code}.", operation=operation, code=code), again())


def again() -> str:
    return t("try again in a minute; if it stays: vigia doctor")
