"""The function in a process of its own, driven line by line: `python child.py WHICH` in the packages' path.

WHICH is `vigia` or `port`. Each line on standard input is an event; each line on standard output says what it came to:
the answer, CPU and wall seconds, requests by name, peak memory. The first line tells of the start. An event may hold
`later_seconds`, by which the function's clock is put on.
"""

import http.client
import importlib
import json
import os
import re
import resource
import sys
import time
from collections import Counter
from typing import Any

REQUESTS: Counter[str] = Counter()
_REQUEST = re.compile(rb"((?:GET|POST|PUT) [^ ?]+)")
_TARGET = re.compile(rb"\r\nx-amz-target: *[^ .]+\.(\w+)", re.IGNORECASE)


class Context:
    """What Lambda gives beside the event, as far as anybody asks."""

    aws_request_id = "bench"
    function_name = "vigia"
    function_version = "$LATEST"
    memory_limit_in_mb = 192
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:vigia"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 70_000


class AheadClock:
    """`time.time`, which may be put on: nobody waits for the end of quiet hours."""

    def __init__(self) -> None:
        self._time, self.ahead_seconds = time.time, 0.0

    def __call__(self) -> float:
        return self._time() + self.ahead_seconds


def count_requests() -> None:
    """Notes each request that leaves, whatever library makes it: AWS's by operation, others by method and path."""
    send = http.client.HTTPConnection.send

    def noted(self: Any, data: Any) -> None:
        head = bytes(data[:4096]) if isinstance(data, bytes | bytearray) else b""
        if asked := _REQUEST.match(head):
            target = _TARGET.search(head)
            name = target[1].decode() if target else _kind(asked[1].decode())
            REQUESTS[name] += 1
        send(self, data)

    http.client.HTTPConnection.send = noted  # type: ignore[method-assign]


def _kind(name: str) -> str:
    if "Messages" in name:
        return "twilio send" if name.startswith("POST") else "twilio read"
    return "elevenlabs"


def main(which: str) -> None:
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # the log and the metrics, for as long as we live
    count_requests()
    clock = time.time = AheadClock()
    function = importlib.import_module("handler" if which == "vigia" else which)
    tell(lines, None, time.process_time(), 0.0)
    for line in sys.stdin:
        event = json.loads(line)
        clock.ahead_seconds += event.pop("later_seconds", 0.0)
        REQUESTS.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        answer = function.lambda_handler(event, Context())
        tell(lines, answer, time.process_time() - cpu, time.perf_counter() - wall)


def tell(lines: Any, answer: Any, cpu: float, wall: float) -> None:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"answer": answer, "cpu": cpu, "wall": wall, "peak_mb": peak_mb, "requests": REQUESTS}, lines)
    lines.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
