"""Lambda's share of a processor, held by the kernel: `memory / 1769` of one, by a cgroup's quota (version 1 or 2)."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

WHOLE_MB = 1769  # the memory that comes with one processor (AWS's documentation of Lambda's quotas)
PERIOD_MICROSECONDS = 20_000
_V1, _V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


@contextlib.contextmanager
def held(pid: int, memory_mb: int | None) -> Iterator[bool]:
    """Holds a process to the share of a memory for as long as the `with` lasts; None for all there is.

    Gives whether it is held: without root or without a quota's controller nothing is.
    """
    group = _new_group(pid, memory_mb) if memory_mb is not None else None
    if group is None:
        yield memory_mb is None
        return
    try:
        (group / "cgroup.procs").write_text(str(pid))
        yield True
    finally:
        for one in (group / "cgroup.procs").read_text().split():
            (group.parent / "cgroup.procs").write_text(one)
        group.rmdir()


def _new_group(pid: int, memory_mb: int) -> Path | None:
    quota = max(1000, PERIOD_MICROSECONDS * memory_mb // WHOLE_MB)
    with contextlib.suppress(OSError):
        if (_V1 / "cpu.cfs_quota_us").exists() or (_V1 / "cgroup.procs").exists():
            group = _V1 / f"vigia-bench-{pid}"
            group.mkdir(exist_ok=True)
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
            return group
        if "cpu" in (_V2 / "cgroup.controllers").read_text().split():
            group = _V2 / f"vigia-bench-{pid}"
            group.mkdir(exist_ok=True)
            (group / "cpu.max").write_text(f"{quota} {PERIOD_MICROSECONDS}")
            return group
    return None
