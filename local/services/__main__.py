"""Both simulators as one process: `python -m local.services --elevenlabs-port 8701 --twilio-port 8702`.

Prints one line of JSON with the two URLs when both are ready, and ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import time

from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import serving
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld


def main() -> int:
    """Run until told to stop. Returns the exit status."""
    options = _options()
    try:
        asyncio.run(_run(options))
    except OSError as error:
        print(f"cannot listen: {error.strerror}. Choose other ports, or 0 for any free one.", file=sys.stderr)
        return 1
    return 0


async def _run(options: argparse.Namespace) -> None:
    # A person's table outlives this process: ids that began at 1 again would look like calls already followed up.
    first_id = int(time.time()) << 24
    elevenlabs = ElevenLabsWorld(time.time, options.api_key, first_id=first_id)
    twilio = TwilioWorld(time.time, options.account_sid, options.auth_token, options.sender, first_id=first_id)
    async with contextlib.AsyncExitStack() as stack:
        one = await stack.enter_async_context(serving(elevenlabs, options.elevenlabs_port, options.host))
        other = await stack.enter_async_context(serving(twilio, options.twilio_port, options.host))
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        print(json.dumps({"elevenlabs": one.url, "twilio": other.url}), flush=True)
        await stopping.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.services", description="ElevenLabs and Twilio, simulated.")
    parser.add_argument("--elevenlabs-port", type=int, default=0, help="0: any free port (default)")
    parser.add_argument("--twilio-port", type=int, default=0, help="0: any free port (default)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--api-key", default="simulated", help="the ElevenLabs key to expect (default: %(default)s)")
    parser.add_argument("--account-sid", default="AC" + "0" * 32, help="the Twilio account (default: AC and 32 zeros)")
    parser.add_argument("--auth-token", default="simulated", help="the Twilio token to expect (default: %(default)s)")
    parser.add_argument(
        "--sender", action="append", help=f"an address of that account; repeat for more (default: {SANDBOX_SENDER})"
    )
    options = parser.parse_args()
    options.sender = options.sender or [SANDBOX_SENDER]
    return options


if __name__ == "__main__":
    sys.exit(main())
