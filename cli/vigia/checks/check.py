"""The shape of a check, and of what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lib.config.accounts import Accounts, validate
from lib.core.policy import Settings

from ..problems import again
from ..session import Session
from .http import Http


@dataclass(frozen=True, slots=True)
class Finding:
    """what: what was found, in words. do: the command or step that mends it. fix: does it, after asking."""

    ok: bool
    what: str
    do: str = ""
    fix: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """needs: the checks whose failure would make this one's noise."""

    name: str
    look: Callable[["Patient"], Finding]
    needs: tuple[str, ...] = ()


@dataclass
class Patient:
    """What the checks look at; what one has asked for, the next has at hand."""

    session: Session
    notes: dict[str, Any] = field(default_factory=dict)  # what an earlier check learned

    @cached_property
    def stored(self) -> dict[str, dict[str, Any]]:
        return self.session.cloud.stored()

    @cached_property
    def values(self) -> dict[str, str]:
        return {name: str(one["Value"]) for name, one in self.stored.items()}

    @cached_property
    def accounts(self) -> Accounts:
        """What settings say does not matter to them."""
        secrets = {name: value for name, value in self.values.items() if name != "SETTINGS"}
        return validate(self.session.cloud.prefix, secrets)[0]

    @property
    def settings(self) -> Settings:
        return self.session.settings

    @cached_property
    def elevenlabs(self) -> Http:
        url = self.session.cloud.environment.get("ELEVENLABS_BASE_URL", "https://api.elevenlabs.io")
        return Http(url, headers={"xi-api-key": self.values["ELEVENLABS_API_KEY"]})

    def twilio(self, service: str = "api") -> Http:
        """A host of Twilio's: a simulator or a proxy answers for all of them."""
        url = self.session.cloud.environment.get("TWILIO_BASE_URL", "https://api.twilio.com")
        if ".twilio.com" in url:
            url = url.replace("://api.", f"://{service}.", 1)
        account = self.accounts.twilio
        return Http(url, auth=(account.user, account.password))


def good(what: str) -> Finding:
    return Finding(ok=True, what=what)


def bad(what: str, do: str = "", fix: Callable[[], Any] | None = None) -> Finding:
    return Finding(ok=False, what=what, do=do or again(), fix=fix)
