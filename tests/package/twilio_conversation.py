"""Everything that our room asks of Twilio, once: what was sent and what came of it, as JSON. Run in its own process.

`python twilio_conversation.py URL`, with the SDK that is found first on PYTHONPATH.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

import twilio
import urllib3

from lib.config.accounts import TwilioAccount
from lib.core.call import Call
from lib.core.message.compose import Message
from lib.core.record import Record
from lib.core.status import Status
from lib.errors import ConfigurationError, LookupFailed
from lib.worlds.twilio import TwilioRoom

ANA, SENDER, SID = "whatsapp:+573001112233", "whatsapp:+14155238886", "AC" + "0" * 32
BY_TEMPLATE = Message(content_sid="HX" + "1" * 32, content_variables='{"1": "Ana"}')


def main(url: str) -> None:
    seen: list[Any] = []
    urlopen = urllib3.PoolManager.urlopen

    def watched(self: Any, method: str, to: str, **kwargs: Any) -> Any:
        seen.append([method, to.removeprefix(url), sorted(kwargs["headers"].items()), kwargs["body"]])
        return urlopen(self, method, to, **kwargs)

    urllib3.PoolManager.urlopen = watched  # type: ignore[assignment, method-assign]
    room = TwilioRoom(TwilioAccount(SID, SID, "token-of-the-test", ""), url, 4, time.time)
    stranger = TwilioRoom(TwilioAccount(SID, SID, "wrong", ""), url, 4, time.time)
    call = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", 1, 1, "", "")
    claim = Record(call, Status.CLAIMED, 1, claimed_at=1, to=ANA, sender=SENDER, message=Message(body="¡Hola! 👋"))
    sent = room.send(ANA, SENDER, Message(body="¡Hola! 👋"))
    asked: list[Callable[[], Any]] = [
        *(lambda: room.send(ANA, SENDER, Message(body=f"A {len(seen)}")) for _ in range(120)),
        lambda: room.send(ANA, SENDER, BY_TEMPLATE),
        lambda: room.send("whatsapp:+1", SENDER, Message(body="A wrong number")),
        lambda: stranger.send(ANA, SENDER, Message(body="A wrong password")),
        lambda: list(room.outbound(SENDER)),
        lambda: room.recent(claim),
        lambda: room.inbound(SENDER, 0),
        lambda: room.message(sent.sid),
        lambda: room.message("SM" + "f" * 32),
        lambda: stranger.recent(claim),
        lambda: stranger.inbound(SENDER, 0),
    ]
    answers = [_whole(sent), *(_what_came_of(one) for one in asked)]
    json.dump({"sdk": twilio.__file__, "seen": seen, "answers": answers}, sys.stdout)


def _what_came_of(asking: Callable[[], Any]) -> str:
    try:
        return _whole(asking())
    except (ConfigurationError, LookupFailed) as error:
        return repr(error)


def _whole(value: Any) -> str:
    """All of it: the representations leave out what no log may hold."""
    if isinstance(value, list):
        return str([_whole(one) for one in value])
    return str(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else repr(value)


if __name__ == "__main__":
    main(sys.argv[1])
