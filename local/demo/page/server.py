"""The page, served on this machine alone."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from local.demo.page.tricks import TRICKS, Backend

FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
POLICY = "default-src 'self'; img-src data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'"
HOSTS = ("127.0.0.1", "localhost")


class Page:
    """The requests of one page. words: in the reader's language. state: what is shown now, of what was tried so far."""

    def __init__(
        self, backend: Backend, state: Callable[[list[str]], dict[str, Any]], words: Mapping[str, str], language: str
    ) -> None:
        self._backend, self._state, self._words, self._language = backend, state, words, language
        self._tried: list[str] = []

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_of_this_machine])
        for path in FILES:
            app.router.add_get(path, self._file)
        app.router.add_get("/words", self._say_words)
        app.router.add_get("/state", self._show)
        app.router.add_post("/widget", self._widget)
        app.router.add_post("/say", self._say)
        app.router.add_post("/try", self._try)
        return app

    async def _file(self, request: web.Request) -> web.Response:
        name, kind = FILES[request.path]
        text = (Path(__file__).parent / name).read_text(encoding="utf-8")
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type=kind, headers=headers)

    async def _say_words(self, _: web.Request) -> web.Response:
        return web.json_response({"language": self._language, "words": dict(self._words), "tricks": list(TRICKS)})

    async def _show(self, _: web.Request) -> web.Response:
        return web.json_response(self._state(self._tried))

    async def _widget(self, request: web.Request) -> web.Response:
        event = await request.json()
        html = await asyncio.to_thread(self._backend.ask_widget, {"lang": self._language, **event})
        return web.Response(text=html, content_type="text/plain")

    async def _say(self, request: web.Request) -> web.Response:
        said = await request.json()
        await asyncio.to_thread(self._backend.say, str(said["phone"]), str(said["text"])[:1000])
        return web.json_response({})

    async def _try(self, request: web.Request) -> web.Response:
        what = str((await request.json())["what"])
        if what not in TRICKS:
            raise web.HTTPNotFound
        await asyncio.to_thread(TRICKS[what], self._backend)
        self._tried.append(what)
        return web.json_response({})


@web.middleware
async def _of_this_machine(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    """A page of another site, or of another name for this machine, may not press the buttons."""
    if (request.url.host or "") not in HOSTS or request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        raise web.HTTPForbidden
    answer: web.StreamResponse = await handler(request)
    return answer


@contextlib.contextmanager
def serving(page: Page, port: int = 0) -> Iterator[str]:
    """The page's address, for as long as the `with` lasts. port: 0 for any free one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="page", daemon=True)
    thread.start()
    runner = web.AppRunner(page.app(), access_log=None, shutdown_timeout=0.1)

    async def start() -> str:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/"

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
