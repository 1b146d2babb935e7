"""A way to a service of the local AWS on which every answer is lost."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import urllib3


class LostAnswers:
    """For as long as the `with` lasts, a request to `url` is passed on, or is not, and nothing ever comes back.

    asked: set when the first request has been dealt with so.
    """

    def __init__(self, aws_url: str, *, passes_on: bool = True) -> None:
        self.asked, self._over = threading.Event(), threading.Event()
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if passes_on:
                    headers = dict(self.headers)  # the host among them, for it is signed
                    answer = urllib3.request("POST", aws_url + self.path, body=body, headers=headers, retries=False)
                    assert answer.status == 200, answer.data
                here.asked.set()
                here._over.wait()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
