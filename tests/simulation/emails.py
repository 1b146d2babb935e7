"""SES as one process meets it: as TwilioAt for a create, and nothing to look in afterwards."""

from collections.abc import Callable

from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.policy import Settings
from local.services.faults import Fault
from local.services.ses.world import Email
from local.services.twilio.messages import Message as Made
from tests.simulation.checks import Checks
from tests.simulation.faults.injector import Injector
from tests.twins.services import TwinEmails

SMS_SENDER, EMAIL_FROM = "+14155550199", "hola@example.com"
WAITS_SECONDS = 3.0  # the read time-out of the product's own client
INSTEAD = {"429_patient": "454", "63038": "quota", "refuse": "reject", "accept_as_failed": "reject"}
TWILIOS_ALONE = frozenset({"unconnected", "fail_later"})


class EmailsAt:
    """`ports.Emails`. `settings` gives those that the process sends by."""

    def __init__(self, twin: TwinEmails, injector: Injector, checks: Checks, settings: Callable[[], Settings]) -> None:
        self._twin, self._injector, self._checks, self._settings = twin, injector, checks, settings

    def send(self, to: str, sender: str, message: Message, language: str) -> Reply:
        world, injector, checks = self._twin.world, self._injector, self._checks
        claim_id = injector.scheduler.task.claim

        def act(fate: str | None) -> Reply:
            checks.about_to_send(claim_id, to, message, self._settings())
            before = len(world.emails)
            if fate == "unconnected":
                reply = Reply(connected=False)
            else:
                if fate and fate not in TWILIOS_ALONE and "kill" not in fate and "stall" not in fate:
                    world.faults.scripted.insert(0, Fault(INSTEAD.get(fate, fate), times=1))
                reply = self._twin.send(to, sender, message, language)
            made = _made(world.emails[-1]) if len(world.emails) > before else None
            checks.answered(claim_id, made, reply, self._settings())
            return reply

        reply = injector.outside("create", f"E-MAIL {to} under {claim_id}", act)
        if reply.http_status is None and reply.connected:
            injector.scheduler.pause(injector.dice.random() * WAITS_SECONDS)
        return reply


def _made(email: Email) -> Made:
    """In the form in which the history keeps messages."""
    return Made(email.id, "", email.to, email.sender, email.text, email.at, email.at, [(email.at, "sent")])
