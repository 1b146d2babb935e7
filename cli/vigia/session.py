"""What one run of the command line works with."""

import os
import time
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from lib.config.in_spanish import told
from lib.config.settings import parse_settings
from lib.core.phone import to_e164
from lib.core.policy import Settings
from lib.errors import ConfigurationError
from lib.reading.reader import Reader
from lib.reading.views import zone_of

from .cloud import Cloud
from .problems import Problem, WrongUse
from .words import language, t


@dataclass
class Session:
    """`clock`: epoch seconds."""

    cloud: Cloud
    as_json: bool = False
    clock: Callable[[], float] = field(default=time.time)

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.cloud.table, self.clock)

    @cached_property
    def settings(self) -> Settings:
        """Raises Problem when the parameter cannot be understood."""
        try:
            return parse_settings(self.cloud.settings_text())
        except ConfigurationError as error:
            raise Problem(told(error, language()), "vigia settings edit") from None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's: that of its digest or of its quiet hours, else this computer's."""
        try:
            return zone_of(self.settings) or _here()
        except Problem:
            return _here()

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock(), self.zone).date()


def _here() -> ZoneInfo:
    """This computer's zone by its name, UTC where it has none."""
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        with suppress(KeyError, ValueError, OSError):
            if name:
                return ZoneInfo(name)
    return ZoneInfo("UTC")


def of(context: typer.Context) -> Session:
    session = context.find_root().obj
    assert isinstance(session, Session)  # noqa: S101  `begin` in `__main__` gave it
    return session


def phone_of(given: str) -> str:
    """E.164 of a phone in any spelling. Raises WrongUse."""
    phone = to_e164(given)
    if not phone:
        raise WrongUse(
            t("“{given}” is not a whole phone number.", given=given[:40]), t("write it with + and the country's code")
        )
    return phone


def text_of(path: Path) -> str:
    """A person's file: UTF-8, or as Windows writes one (UTF-16 with its mark, else code page 1252). Raises WrongUse."""
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        raise WrongUse(t("There is no file {path}.", path=path)) from None
    except OSError as error:
        raise WrongUse(t("{path} cannot be read: {kind}.", path=path, kind=type(error).__name__)) from None
    if written.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return written.decode("utf-16", errors="replace")
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        return written.decode("cp1252", errors="replace")
