"""How far a run is, told from its staging folder, so that it works with any runner.

On a terminal a live table, elsewhere a plain line now and then; both say splits, rows, MB/s, what is left to do, and
how many rows were refused for which reasons.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from licet.pipelines.plan import Plan
from licet.pipelines.shapes_found import shapes_in_words
from licet.stages import storage
from licet.stages.staging import parcel_base

PLAIN_EVERY_SECONDS = 5.0
LIVE_EVERY_SECONDS = 0.5


@dataclass
class Tally:
    """What has been staged of a plan so far: counts of the parcels seen, and what is left to look for.

    ``seconds`` is the time spent in each stage by all workers of this run; ``staging_seconds`` is how long it took
    until the last split was seen to be staged.
    """

    plan: Plan
    rows_in: int = 0
    bytes_in: int = 0
    bytes_read: int = 0
    rows: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    cleaned: Counter[str] = field(default_factory=Counter)
    splits_done: int = 0
    staging_seconds: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._next = {split.fingerprint: 0 for split in self.plan.pending}
        self._size = {split.fingerprint: split.size for split in self.plan.pending}
        self.splits_done = len(self.plan.splits) - len(self.plan.pending)
        for parcel in self.plan.done:
            self._add(json.loads(storage.read_bytes(parcel.done_path)))
        self.seconds.clear()

    def update(self) -> None:
        """Look for parcels that were staged since the last look."""
        for fingerprint in list(self._next):
            while (told := self._told(fingerprint)) is not None:
                self._add(told)
                self._next[fingerprint] += 1
                if told["last"]:
                    del self._next[fingerprint]
                    self.splits_done += 1
                    self.bytes_read += self._size[fingerprint]
                    self.staging_seconds = time.monotonic() - self.started
                    break

    def _told(self, fingerprint: str) -> dict[str, object] | None:
        path = parcel_base(self.plan.staging, fingerprint, self._next[fingerprint]) + ".json"
        try:
            return json.loads(storage.read_bytes(path))
        except (FileNotFoundError, IsADirectoryError, ValueError):
            return None

    def _add(self, told: dict[str, object]) -> None:
        self.rows_in += told["rows_in"]  # type: ignore[operator]
        self.bytes_in += told["bytes_in"]  # type: ignore[operator]
        self.rows += told["rows"]  # type: ignore[operator]
        for stage, reasons in told["refused"].items():  # type: ignore[attr-defined]
            for reason, counted in reasons.items():
                self.refused[f"{stage}: {reason}"] += counted["rows"]
        self.seconds.update(told["seconds"])  # type: ignore[call-overload]
        self.cleaned.update(told["cleaned"])  # type: ignore[call-overload]


@contextmanager
def planning(*, quiet: bool = False) -> Iterator[None]:
    """Say on a terminal that inputs are being listed and hashed, while the block runs."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield
        return
    with console.status("planning: listing and hashing the inputs"):
        yield


@contextmanager
def showing(plan: Plan, console: Console, *, quiet: bool = False) -> Iterator[Tally]:
    """Show how far a plan is while the block runs, and yield the tally, complete once the block has ended."""
    tally = Tally(plan)
    ended = threading.Event()
    started = time.monotonic()

    def watch() -> None:
        if console.is_terminal:
            with Live(console=console, refresh_per_second=4, transient=True) as live:
                while not ended.wait(LIVE_EVERY_SECONDS):
                    tally.update()
                    live.update(live_view(tally, time.monotonic() - started))
            return
        while not ended.wait(PLAIN_EVERY_SECONDS):
            tally.update()
            console.print(line(tally, time.monotonic() - started), highlight=False, soft_wrap=True)

    watcher = threading.Thread(target=watch, daemon=True)
    if not quiet:
        for told in shapes_in_words(plan):
            console.print(told, highlight=False, soft_wrap=True, markup=False)
        for note in plan.notes:
            console.print(f"note: {note}", highlight=False, soft_wrap=True)
        watcher.start()
    try:
        yield tally
    finally:
        ended.set()
        if not quiet:
            watcher.join()
        tally.update()


def phase(tally: Tally) -> str:
    """Return what the run is doing, in a word; the first run on a machine compiles half a minute before it reads."""
    if tally.plan.pending and not tally.rows_in:
        return "starting, which compiles kernels the first time"
    return "reading" if tally.splits_done < len(tally.plan.splits) else "comparing and writing"


def eta(tally: Tally, elapsed: float) -> str:
    """Return the time that reading will still take at the rate so far; empty while that is unknown."""
    if not tally.bytes_read or tally.bytes_read >= tally.plan.bytes_pending:
        return ""
    return f"{elapsed * (tally.plan.bytes_pending / tally.bytes_read - 1):.0f} s left"


def line(tally: Tally, elapsed: float) -> str:
    """Return the state of a run as one plain line."""
    refused = ", ".join(f"{reason} {count:,}" for reason, count in tally.refused.most_common(4))
    parts = [
        f"[{elapsed:.0f} s] {phase(tally)}:",
        f"{tally.splits_done}/{len(tally.plan.splits)} splits,",
        f"{tally.rows_in:,} rows,",
        f"{tally.bytes_read / 1e6 / max(elapsed, 1e-9):.1f} MB/s",
        eta(tally, elapsed),
        f"| refused {sum(tally.refused.values()):,}: {refused}" if refused else "",
    ]
    return " ".join(part for part in parts if part)


def live_view(tally: Tally, elapsed: float) -> RenderableType:
    """Return the state of a run as something to look at."""
    total = max(1, len(tally.plan.splits))
    table = Table.grid(padding=(0, 2))
    table.add_row(
        f"[bold]{phase(tally)}[/bold]",
        ProgressBar(total=total, completed=tally.splits_done, width=30),
        f"{tally.splits_done}/{total} splits",
        f"{tally.rows_in:,} rows",
        f"{tally.bytes_read / 1e6 / max(elapsed, 1e-9):.1f} MB/s",
        eta(tally, elapsed),
    )
    reasons = Table.grid(padding=(0, 2))
    for reason, count in tally.refused.most_common(6):
        reasons.add_row(f"  refused {count:>10,}", reason)
    return Group(table, reasons)
