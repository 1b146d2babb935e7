"""`make demo`: a campaign on the local AWS, live in the terminal.

Everything is real but the services themselves: template.yaml as it is, built and deployed by the SAM CLI, invoked once
by hand and from then on by its own rule. The secrets are made up anew for every run.
"""

import argparse
import contextlib
import json
import math
import secrets
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, NoReturn

import requests

from local.aws.ministack import LocalStackError
from local.aws.stack import STEPS, LocalStack
from local.demo.campaign import campaign
from local.demo.ending import Record, why_not_yet
from local.demo.page.server import Page, serving
from local.demo.page.snapshot import snapshot
from local.demo.page.tricks import Backend
from local.demo.page.words import PAGES
from local.demo.screen import Screen
from local.demo.words import readers_language, readers_words
from local.services.elevenlabs.calls import FINISHED, Recipient
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import Server, start
from local.services.twilio.messages import Message
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld

SETTINGS = {"interval_seconds": 5}
"""A tick every five seconds, so that there is something to see; the deployment's default is fifteen."""
WALK = ((0.0, "queued"), (1.0, "sent"), (3.0, "delivered"), (12.0, "read"))
LOOK_SECONDS = 0.25
LOG_SECONDS = 3.0
PAUSE_BETWEEN_CAMPAIGNS_SECONDS = 15.0


class Demo:
    """Tells what becomes of the campaigns, out of what the two services and the function's log know."""

    def __init__(
        self,
        stack: LocalStack,
        elevenlabs: ElevenLabsWorld,
        elevenlabs_server: Server,
        twilio: TwilioWorld,
        twilio_server: Server,
        screen: Screen,
    ) -> None:
        self._stack, self._elevenlabs, self._server, self._twilio = stack, elevenlabs, elevenlabs_server, twilio
        self._urls = {"elevenlabs": elevenlabs_server.url, "twilio": twilio_server.url}
        self._screen, self._words = screen, readers_words()
        self._campaigns = 0
        self._ended_at: dict[str, float] = {}  # phone number → when the call ended
        self._told_messages = 0
        self._told_runs: set[str] = set()
        self._next_log = 0.0

    def show(self, minutes: float | None) -> None:
        """Until the minutes are over or, without any, for ever: a campaign after the other."""
        until = time.monotonic() + minutes * 60 if minutes else math.inf
        threading.Thread(target=self._invoke_by_hand, daemon=True).start()
        over_since: float | None = -math.inf
        while time.monotonic() < until:
            if over_since is not None and time.monotonic() - over_since > PAUSE_BETWEEN_CAMPAIGNS_SECONDS:
                self._begin_campaign()
            self._tell_calls()
            self._tell_messages()
            self._tell_runs()
            is_over = len(self._ended_at) == len(self._people()) and not self._unanswered()
            over_since = (over_since or time.monotonic()) if is_over else None
            time.sleep(LOOK_SECONDS)

    def page(self) -> Page:
        """What the page shows of this demo, and what its buttons do to it."""

        def tell(service: str, command: str, given: object) -> None:
            requests.post(f"{self._urls[service]}/_sim/{command}", json=given, timeout=5).raise_for_status()

        backend = Backend(
            ask_widget=self._stack.ask_widget,
            invoke=lambda: self._stack.invoke({}),
            kill=self._stack.aws.kill_workers,
            faults=lambda service, fault: tell(service, "faults", [asdict(fault)]),
            lag=lambda seconds: tell("twilio", "settings", {"list_lag_seconds": seconds}),
            say=lambda phone, text: tell("twilio", "inbound", {"from_": f"whatsapp:{phone}", "body": text}),
        )

        def state(tried: list[str]) -> dict[str, Any]:
            return snapshot(self._elevenlabs, self._twilio, tried, time.time())

        language = readers_language()
        return Page(backend, state, PAGES[language], language)

    def result(self) -> list[str]:
        """The sum of it: every person has a number of their own, so one message a number is one a call."""
        messages = Counter(message.to for message in self._twilio.messages)
        twice = sum(count > 1 for count in messages.values())
        ended = len(self._ended_at)
        lines = [self._words["result"].format(ended=ended, messages=messages.total(), twice=twice)]
        if unanswered := sorted(self._unanswered()):
            records = {record.get("phone", ""): record for record in self._records()}
            lines.append(self._words["not_yet"].format(count=len(unanswered)))
            for phone in unanswered:
                why = why_not_yet(records.get(phone), self._words)
                lines.append(self._words["not_yet_who"].format(who=self._who(phone), why=why))
        return lines

    def _records(self) -> list[Record]:
        """What Vigía's table says of every call."""
        pages = (
            self._stack.aws.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self._stack.outputs["CallsTableName"])
        )
        items = [item for page in pages for item in page["Items"] if not item["pk"]["S"].startswith("#")]
        return [{name: value["S"] for name, value in item.items() if "S" in value} for item in items]

    def _people(self) -> list[Recipient]:
        return [person for batch in self._elevenlabs.listed for person in batch.recipients.values()]

    def _unanswered(self) -> set[str]:
        return self._ended_at.keys() - {message.to.removeprefix("whatsapp:") for message in self._twilio.messages}

    def _begin_campaign(self) -> None:
        self._campaigns += 1
        submitted = campaign(self._campaigns)
        requests.post(f"{self._server.url}/_sim/campaign", json=submitted, timeout=5).raise_for_status()
        people = len(submitted["recipients"])
        self._screen.line(self._words["campaign"].format(people=people, name=submitted["name"]), "bold")

    def _invoke_by_hand(self) -> None:
        with contextlib.suppress(Exception):  # the local AWS may end before the run does; its errors are in the log
            self._stack.invoke({})

    def _tell_calls(self) -> None:
        for person in self._people():
            at, status, _ = person.step(time.time())
            phone = person.phone_number or ""
            if status in FINISHED and phone not in self._ended_at:
                self._ended_at[phone] = at
                text = self._words["ended"].format(who=self._who(phone), outcome=self._words[status])
                self._screen.line(f"☎ {text}", "cyan")
        counts = self._words["counts"].format(ended=len(self._ended_at), messages=len(self._twilio.messages))
        self._screen.progress(counts, len(self._ended_at) - len(self._unanswered()), len(self._people()))

    def _tell_messages(self) -> None:
        for message in self._twilio.messages[self._told_messages :]:
            self._told_messages += 1
            self._tell_message(message)

    def _tell_message(self, message: Message) -> None:
        phone = message.to.removeprefix("whatsapp:")
        seconds = message.created_at - self._ended_at[phone]
        self._screen.message(self._words["message"].format(who=self._who(phone), seconds=seconds), message.body)

    def _tell_runs(self) -> None:
        """Runs that have ended; the first is the one by hand, for the rule waits its first minute."""
        if time.monotonic() < self._next_log:
            return
        self._next_log = time.monotonic() + LOG_SECONDS
        lines = [json.loads(line) for line in self._stack.log(time.time() - 10 * LOG_SECONDS) if line.startswith("{")]
        for run in dict.fromkeys(line["function_request_id"] for line in lines if "function_request_id" in line):
            if run not in self._told_runs:
                self._tell_run([line for line in lines if line.get("function_request_id") == run])
                self._told_runs.add(run)

    def _tell_run(self, lines: list[Mapping[str, object]]) -> None:
        ticks = [line for line in lines if line["message"] == "tick"]
        sent = sum(int(str(tick["WhatsAppsSent"])) for tick in ticks)
        words = self._words["run" if self._told_runs else "run_by_hand"]
        self._screen.line(
            f"⏱ {words.format(time=str(lines[0]['timestamp'])[11:19], ticks=len(ticks), sent=sent)}", "blue"
        )
        for line in lines:
            if line["level"] == "ERROR":
                self._screen.line(self._words["run_failed"].format(error=line.get("why", line["message"])), "red")

    def _who(self, phone: str) -> str:
        (person,) = (one for one in self._people() if one.phone_number == phone)
        variables = (person.client_data or {}).get("dynamic_variables", {})
        return f"{variables.get('name', self._words['nobody'])} ({phone})"


@contextlib.contextmanager
def deployed(screen: Screen, port: int | None) -> Iterator[Demo]:
    """Both services and the stack that talks to them. Raises LocalStackError."""
    words = readers_words()
    key, account, token = secrets.token_hex(16), "AC" + secrets.token_hex(16), secrets.token_hex(16)
    parameters = {
        "ELEVENLABS_API_KEY": key,
        "TWILIO_ACCOUNT_SID": account,
        "TWILIO_AUTH_TOKEN": token,
        "TWILIO_WHATSAPP_NUMBER": SANDBOX_SENDER,
        "SETTINGS": json.dumps(SETTINGS),
    }
    elevenlabs, twilio = ElevenLabsWorld(time.time, key), TwilioWorld(time.time, account, token, walk=WALK)

    def tell(step: str) -> None:
        screen.step(words[step], STEPS.index(step), len(STEPS))

    with (
        start(elevenlabs) as elevenlabs_server,
        start(twilio) as twilio_server,
        LocalStack(elevenlabs_server.url, twilio_server.url, parameters, port, tell) as stack,
    ):
        screen.step_done()
        yield Demo(stack, elevenlabs, elevenlabs_server, twilio, twilio_server, screen)


def main() -> int:
    """Returns the exit status."""
    options = _options()
    words = readers_words()
    signal.signal(signal.SIGTERM, _interrupt)
    with Screen() as screen:
        try:
            screen.line(words["title"], "bold")
            with deployed(screen, options.port) as demo, serving(demo.page(), options.page_port or 0) as address:
                screen.line(words["page"].format(address=address), "bold")
                screen.line(words["stop_after" if options.minutes else "stop"].format(minutes=options.minutes or 0))
                with contextlib.suppress(KeyboardInterrupt):
                    demo.show(options.minutes)
                for line in demo.result():
                    screen.line(line, "bold")
                screen.line(words["ending"])
        except LocalStackError as error:
            screen.line(str(error), "red")
            return 1
        except KeyboardInterrupt:
            return 130
        screen.line(words["next"].format(dry_run='{"dry_run": true}'))
    return 0


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Vigía on a local AWS, live.")
    parser.add_argument("--minutes", type=float, help="end by itself after so many (default: Ctrl-C ends it)")
    parser.add_argument("--port", type=int, help="of the local AWS (default: any free one)")
    parser.add_argument("--page-port", type=int, help="of the page (default: any free one)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
