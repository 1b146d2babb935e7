"""Virtual time for several processes at once, without threads: greenlets that take turns at outside calls.

Every outside call, sleep and wait for others is a point at which another process may go on, and at which a process may
be killed. What runs when follows from the virtual clock alone: one seed, one order of events.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from heapq import heappop, heappush
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """Ends a process where it stands, as SIGKILL would: nothing that it does afterwards has any effect."""


class Process:
    """One run of the function. `deadline` is the instant at which Lambda's own time-out ends it."""

    def __init__(self, name: str, deadline: float) -> None:
        self.name, self.deadline = name, deadline
        self.dead = self.over = False
        self.frozen_until = 0.0
        self.tasks: list[Task] = []


class Task(greenlet):
    """One thread of a process; `claim` is the last claim it wrote."""

    def __init__(self, scheduler: "Scheduler", process: Process, body: Callable[[], None]) -> None:
        super().__init__(body, scheduler.main)
        self.process = process
        self.claim: Any = None
        process.tasks.append(self)


class Scheduler:
    """The clock (`now`, epoch seconds) and what is to happen when."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.main = getcurrent()
        self.task: Task
        self.running: Task | None = None
        self._agenda: list[tuple[float, int, Task | Callable[[], object]]] = []
        self._entries = 0
        self.timeouts = 0  # processes ended by Lambda's time-out

    def clock(self) -> float:
        return self.now

    def at(self, when: float, what: Task | Callable[[], object]) -> None:
        """Lets a task go on, or something happen, at an instant."""
        self._entries += 1
        heappush(self._agenda, (when, self._entries, what))

    def begin(self, process: Process, body: Callable[[], None]) -> None:
        """Starts a process now. `body` must not raise anything but Killed."""

        def main() -> None:
            with suppress(Killed):
                body()
            process.over = True

        self.at(self.now, Task(self, process, main))

    def run(self, until: float = math.inf) -> None:
        """Lets everything happen that is due by then; the clock stands there afterwards (or at the last event)."""
        while self._agenda and self._agenda[0][0] <= until:
            when, _, what = heappop(self._agenda)
            self.now = max(self.now, when)
            if not isinstance(what, Task):
                what()
            elif not what.dead and not what.process.dead:
                if what.process.frozen_until > self.now:
                    self.at(what.process.frozen_until, what)
                    continue
                self.task = self.running = what
                what.switch()
                self.running = None
                self._bury_dead(what.process)
        if until < math.inf:
            self.now = max(self.now, until)

    def is_busy(self) -> bool:
        """Whether anything is still to happen."""
        return bool(self._agenda)

    # ── from within a task ───────────────────────────────────────────────────────────────────────────────────────

    def pause(self, seconds: float) -> None:
        """Time passes for the current task, and others go first if theirs comes before."""
        task, agenda = self.task, self._agenda
        process, until = task.process, self.now + seconds
        if process.frozen_until > until:
            until = process.frozen_until
        if agenda and agenda[0][0] <= until:
            self.at(until, task)
            self.main.switch()
        else:
            self.now = until
        if self.now > process.deadline:
            self.timeouts += not process.dead
            self.kill()
        if process.dead:
            self.kill()

    def freeze(self, seconds: float) -> None:
        """The whole process stands still, its time-out included (a frozen Lambda)."""
        process = self.task.process
        process.frozen_until = self.now + seconds
        process.deadline += seconds
        self.pause(seconds)

    def kill(self) -> None:
        self.task.process.dead = True
        raise Killed

    def spread(self, thunks: Sequence[Callable[[], Any]]) -> Iterable[Any]:
        """Runs thunks side by side, as the function's pools of threads do; their results in order."""
        if len(thunks) < 2:
            return [thunk() for thunk in thunks]
        parent = self.task
        results: list[Any] = [None] * len(thunks)
        left = len(thunks)

        def run(place: int, thunk: Callable[[], Any]) -> None:
            nonlocal left
            try:
                results[place] = thunk()
            except Killed:
                return
            except Exception as error:
                results[place] = _Raised(error)
            left -= 1
            if not left:
                self.at(self.now, parent)

        for place, thunk in enumerate(thunks):
            self.at(self.now, Task(self, parent.process, partial(run, place, thunk)))
        self.wait()
        return _unpacked(results)

    def wait(self) -> None:
        """Until somebody wakes this task."""
        process = self.task.process
        self.main.switch()
        if process.dead:
            raise Killed

    def _bury_dead(self, process: Process) -> None:
        """A kill ends all tasks of its process."""
        if process.dead and not process.over:
            process.over = True
            for task in process.tasks:
                if task:  # started and not finished
                    self.task = task
                    task.throw(Killed)


class TurnLock:
    """`threading.Lock` among the tasks of one process."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler, self._taken = scheduler, False
        self._queue: list[Task] = []

    def __enter__(self) -> None:
        while self._taken:
            self._queue.append(self._scheduler.task)
            self._scheduler.wait()
        self._taken = True

    def __exit__(self, *_: object) -> None:
        self._taken = False
        if self._queue:
            self._scheduler.at(self._scheduler.now, self._queue.pop(0))


class _Raised:
    def __init__(self, error: Exception) -> None:
        self.error = error


def _unpacked(results: list[Any]) -> Iterable[Any]:
    for result in results:
        if isinstance(result, _Raised):
            raise result.error
        yield result
