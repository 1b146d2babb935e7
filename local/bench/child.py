"""The function in a process of its own, driven line by line: `python child.py WHICH` in the packages' path.

WHICH is `vigia` or `port`. Each line on standard input is an event; each line on standard output says what it came to:
the answer, CPU and wall seconds, requests by name, peak memory. The first line tells of the start.
"""

import http.client
import importlib
import json
import os
import resource
import sys
import time
from collections import Counter
from typing import Any

REQUESTS: Counter[str] = Counter()


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


def count_requests() -> None:
    """Notes each request that leaves, whatever library makes it: AWS's by operation, others by method and path."""
    putrequest, putheader = http.client.HTTPConnection.putrequest, http.client.HTTPConnection.putheader

    def noted_request(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        self.bench_name = f"{method} {url.partition('?')[0]}"
        if url != "/":
            REQUESTS[_kind(self.bench_name)] += 1
        putrequest(self, method, url, *args, **kwargs)

    def noted_header(self: Any, name: str, *values: Any) -> None:
        if name.lower() == "x-amz-target":
            target = values[0].decode() if isinstance(values[0], bytes) else str(values[0])
            REQUESTS[target.rpartition(".")[2]] += 1
        putheader(self, name, *values)

    http.client.HTTPConnection.putrequest = noted_request  # type: ignore[method-assign]
    http.client.HTTPConnection.putheader = noted_header  # type: ignore[assignment, method-assign]


def _kind(name: str) -> str:
    if "Messages" in name:
        return "twilio send" if name.startswith("POST") else "twilio read"
    return "elevenlabs"


def main(which: str) -> None:
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # the log and the metrics, for as long as we live
    count_requests()
    function = importlib.import_module("handler" if which == "vigia" else which)
    tell(lines, None, time.process_time(), 0.0)
    for line in sys.stdin:
        REQUESTS.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        answer = function.lambda_handler(json.loads(line), Context())
        tell(lines, answer, time.process_time() - cpu, time.perf_counter() - wall)


def tell(lines: Any, answer: Any, cpu: float, wall: float) -> None:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"answer": answer, "cpu": cpu, "wall": wall, "peak_mb": peak_mb, "requests": REQUESTS}, lines)
    lines.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
