"""The demo's page on a shop in memory, and a browser to look at it."""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from lib.core.record import Event
from lib.core.status import Status
from local.demo.campaign import campaign
from local.demo.page.server import Page
from local.demo.page.snapshot import snapshot
from local.demo.page.tricks import Backend
from local.demo.page.words import PAGES
from local.services.elevenlabs.calls import CallPlan
from local.services.faults import Fault
from tests.twins.people import answer_of, item_of, put
from tests.twins.shop import Shop

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
WALK = ((0.0, "queued"), (1.0, "sent"), (2.0, "delivered"), (40.0, "read"))


class Clock:
    """The real time, moved on by a test."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Demo:
    """A campaign that has been under way for a while, with somebody who is held and somebody who answered."""

    def __init__(self, language: str = "es") -> None:
        self.clock, self.killed = Clock(), 0
        self.shop = Shop(self.clock)
        self.shop.twilio.walk = WALK
        submitted = dict(campaign(1))
        people = [dict(one) for one in submitted.pop("recipients")]
        plans = [CallPlan(**one.pop("plan")) for one in people]
        self.shop.elevenlabs.add_batch(people, plans, **submitted)
        self.phones = [str(one["phone_number"]) for one in people]
        self.shop.run()
        now = int(self.clock())
        history = (Event(now - 960, "claimed", "whatsapp"), Event(now - 60, "unclear_not_listed"))
        held = item_of(
            Status.HELD, now - 1000, history=history, reason="unclear_not_listed", queue="held", due_at=now - 60
        )
        put(self.shop.table, held, answer_of("SM1", now - 300, "¿Me llaman <b>mañana</b>? 🙏", phone="+573000012345"))
        backend = Backend(
            ask_widget=self.shop.show,
            invoke=self.shop.run,
            kill=self._kill,
            faults=self._fault,
            lag=self._lag,
            say=self._say,
        )

        def state(tried: list[str]) -> dict[str, Any]:
            return snapshot(self.shop.elevenlabs, self.shop.twilio, tried, self.clock())

        self.page = Page(backend, state, PAGES[language], language)

    def go_on(self, seconds: float) -> None:
        """Time passes, and a tick looks."""
        self.clock.ahead += seconds
        self.shop.run()

    def _say(self, phone: str, text: str) -> None:
        self.shop.twilio.receive(f"whatsapp:{phone}", text)

    def _kill(self) -> None:
        self.killed += 1

    def _fault(self, service: str, fault: Fault) -> None:
        world = self.shop.twilio if service == "twilio" else self.shop.elevenlabs
        world.faults.add(fault)

    def _lag(self, seconds: float) -> None:
        self.shop.twilio.list_lag_seconds = seconds


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Without a sandbox of its own: in a container it may have none, and only this machine's page is shown.
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()
