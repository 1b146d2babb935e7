"""A simulated service behind HTTP on the loopback interface: what the world answers, acted out for real.

Beside the service's own routes: `/_sim/…` (`control.commands`), `GET` and `DELETE /_sim/requests` (what was asked), and
`POST /_sim/latency` with `{"seconds": …}` for every answer.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from local.services.answers import Answer
from local.services.control import commands
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.world import TwilioWorld

CONTROL = "/_sim/"
MAX_REQUEST_BYTES = 64 * 2**20
"""A submit of 10,000 recipients with their variables fits."""


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as it came in. query: in order, repeated names as often as they came."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]


@dataclass
class Server:
    """One world being served. url: without a slash at the end. latency_seconds: added to every answer."""

    world: ElevenLabsWorld | TwilioWorld
    url: str = ""
    latency_seconds: float = 0.0
    requests_seen: list[SeenRequest] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, of the service or of the control."""
        if request.path.startswith(CONTROL):
            return await self._control(request)
        self.requests_seen.append(SeenRequest(request.method, request.path, tuple(request.query.items())))
        query = {name: _single(request.query.getall(name)) for name in request.query}
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.world.answer(request.method, request.path, query, headers, await _body(request))
        return await _act_out(request, answer, self.latency_seconds)

    async def _control(self, request: web.Request) -> web.Response:
        name = f"{request.method} {request.path.removeprefix(CONTROL)}"
        known = {
            **commands(self.world),
            "GET requests": lambda _: [asdict(seen) for seen in self.requests_seen],
            "DELETE requests": lambda _: self.requests_seen.clear(),
            "POST latency": self._set_latency,
        }
        if name not in known:
            return web.json_response({"error": f"unknown command: use one of {', '.join(known)}"}, status=404)
        try:
            given = await request.json() if request.method == "POST" else None
            return web.json_response(known[name](given))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return web.json_response({"error": f"{name}: {error!r}"}, status=400)

    def _set_latency(self, given: Any) -> dict[str, float]:
        self.latency_seconds = float(given["seconds"])
        return {"seconds": self.latency_seconds}


@contextlib.asynccontextmanager
async def serving(
    world: ElevenLabsWorld | TwilioWorld, port: int = 0, host: str = "127.0.0.1"
) -> AsyncIterator[Server]:
    """Serve a world in the running event loop; port 0 is any free one. Raises OSError when the port is taken."""
    server = Server(world)
    app = web.Application(client_max_size=MAX_REQUEST_BYTES)
    app.router.add_route("*", "/{path:.*}", server.handle)
    # A hanging request must end with its client, and must not hold up the end of the server.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
        server.url = f"http://{host}:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def start(world: ElevenLabsWorld | TwilioWorld, port: int = 0, host: str = "127.0.0.1") -> Iterator[Server]:
    """Serve a world from a thread of its own, for as long as the `with` lasts.

    The caller may touch the world between requests, not during one.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulator", daemon=True)
    thread.start()
    context = serving(world, port, host)
    try:
        server = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result()
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _single(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


async def _body(request: web.Request) -> Any:
    """JSON, a form as a plain dictionary (of a repeated field the last), or None."""
    if request.content_type == "application/x-www-form-urlencoded":
        form: Mapping[str, Any] = await request.post()
        return {name: str(form[name]) for name in form}
    if not request.can_read_body:
        return None
    try:
        return await request.json()
    except ValueError:
        return None


async def _act_out(request: web.Request, answer: Answer, latency_seconds: float) -> web.StreamResponse:
    if answer.transport == "hang":
        await asyncio.Event().wait()  # until the client gives up, or the server ends
    delay_seconds = latency_seconds + answer.delay_seconds
    if delay_seconds > 0:
        await asyncio.sleep(delay_seconds)
    if answer.transport == "drop" and request.transport is not None:
        request.transport.close()
    headers = {"content-type": "application/json", **answer.headers}
    return web.Response(status=answer.status or 500, body=answer.text.encode(), headers=headers)
