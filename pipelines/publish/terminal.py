"""Publishing as it is watched at a terminal: what will be sent, the question, how far it is, what it waits for.

The question is asked only where somebody can answer it: on a terminal, without ``--yes`` and ``--json``. Elsewhere (CI,
a pipe) the command itself is the answer.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import typer
from huggingface_hub.utils.tqdm import disable_progress_bars
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from licet.pipelines.hub.files import sha256_of
from licet.pipelines.publish.contents import Progress as Told
from licet.pipelines.publish.estimate import can_estimate, estimate
from licet.pipelines.publish.plan import no_progress
from licet.pipelines.publish.publish import Draft, draft
from licet.pipelines.publish.steps import Published
from licet.pipelines.show import facts_table
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH

PLAIN_EVERY_SECONDS = 5.0
WORDS = {"check": "checking", "send": "sending"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the command was given."""

    folder: str
    to: str
    version: str
    namespace: str
    private: bool
    revision: str | None
    previous: str | None
    verified: bool
    dry_run: bool
    yes: bool
    quiet: bool


def publish_at_terminal(asked: Asked, out: Console, err: Console, *, as_json: bool) -> dict[str, Any]:
    """Publish, talking on ``err`` meanwhile and showing the outcome on ``out`` unless it is for a program.

    Returns what is told to a program. Ends the command with exit code 1 where the question is answered with no.
    """
    quiet = asked.quiet or as_json
    # The hub's client would show a bar for each file, between our lines.
    disable_progress_bars()

    def tell(words: str) -> None:
        err.print(words, highlight=False, markup=False)

    with watching(err, quiet=quiet) as progress:
        made = draft(
            asked.folder,
            asked.to,
            asked.version,
            namespace=asked.namespace,
            private=asked.private,
            revision=asked.revision,
            may_read_only=asked.dry_run,
            verified=asked.verified,
            progress=progress,
            tell=tell,
        )
    if asked.dry_run:
        done = measured(made, asked)
    else:
        if not quiet:
            show(made.outlook, asked, err)
        if may_ask(err) and not (asked.yes or as_json or made.outlook.already_there):
            typer.confirm("Publish it?", abort=True, err=True)
        with watching(err, quiet=quiet) as progress:
            done = made.send(progress)
    if not as_json:
        show(done, asked, out)
    return asdict(done)


def may_ask(err: Console) -> bool:
    """Tell whether there is somebody who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and err.is_terminal


def measured(made: Draft, asked: Asked) -> Published:
    """Return the outlook of a dry run, with what would really travel where the hub takes chunks."""
    if not asked.to.startswith("hf://") or not can_estimate() or made.outlook.already_there:
        return made.outlook
    new = made.backend.missing(made.plan.files)
    held = previous_files(made, asked.previous) if asked.previous else []
    try:
        found = estimate([file.source for file in new], held)
    except (OSError, RuntimeError) as error:
        raise VersionError(
            f"What would travel in chunks could not be measured ({' '.join(str(error).split())}): make room in"
            f" {tempfile.gettempdir()}, or set HF_HUB_DISABLE_XET=1 to leave it out."
        ) from error
    return replace(made.outlook, deduplicated_bytes=found.new)


def previous_files(made: Draft, folder: str) -> list[str]:
    """Return the files of the newest published version from a folder that holds it.

    Raises:
        VersionError: the folder holds another version, or nothing was published yet.

    """
    head = made.backend.head()
    manifest = Path(folder) / MANIFEST_PATH
    if head is None or not manifest.is_file() or sha256_of(str(manifest)) != head.manifest_sha256:
        raise VersionError(f"'{folder}' is not the version that main shows: give the folder of that one, or none.")
    return sorted(str(path) for path in Path(folder).rglob("*") if path.is_file())


def show(told: Published, asked: Asked, console: Console) -> None:
    """Print what will be, was, or would be published."""
    state = "published"
    if told.already_there:
        state = "there already; nothing to do"
    elif told.dry_run:
        state = "good to be published; nothing was sent" if asked.dry_run else "about to be published"
    table = facts_table(f"Version {told.version} of {told.name}: {state}")
    if told.why and told.follows:
        table.add_row("follows", f"{told.follows}: {'; '.join(told.why)}")
    elif not told.already_there:
        table.add_row("follows", told.follows or "nothing; it is the first")
    table.add_row("files", f"{told.files:,}, {in_bytes(told.new_bytes + told.reused_bytes)}")
    verb = "to send" if told.dry_run else "sent"
    table.add_row(verb, f"{in_bytes(told.new_bytes)} new, {in_bytes(told.reused_bytes)} there already")
    if told.deduplicated_bytes is not None:
        measured_on = "against the version before" if asked.previous else "without the version before"
        table.add_row("in new chunks", f"{in_bytes(told.deduplicated_bytes)}, measured {measured_on}")
    table.add_row("address", told.path + (" (private)" if asked.private and not told.already_there else ""))
    if told.commit:
        table.add_row("commit", told.commit)
    table.add_row("manifest", f"sha256:{told.manifest_digest}")
    if told.commit and asked.to.startswith("hf://"):
        repo = asked.to.removeprefix("hf://datasets/").rstrip("/")
        table.add_row("load it", f'datasets.load_dataset("{repo}", revision="{told.commit}")')
    console.print(table)


def in_bytes(size: int) -> str:
    """Return a size as people read it."""
    if size < 10_000:
        return f"{size:,} bytes"
    unit, of = ("kB", 1e3) if size < 1e6 else ("MB", 1e6) if size < 1e9 else ("GB", 1e9)
    return f"{size / of:,.1f} {unit}"


@dataclass
class PlainLines:
    """Progress where there is no terminal: a line now and then."""

    console: Console
    last: float = field(default_factory=time.monotonic)

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Print a line when the last one was a while ago."""
        if time.monotonic() - self.last >= PLAIN_EVERY_SECONDS:
            self.last = time.monotonic()
            self.console.print(f"{WORDS[phase]}: {in_bytes(done)} of {in_bytes(total)}", highlight=False)


@contextmanager
def watching(console: Console, *, quiet: bool) -> Iterator[Told]:
    """Give what hears of progress while a block lasts."""
    if quiet:
        yield no_progress
        return
    if not console.is_terminal:
        yield PlainLines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def progress(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(WORDS[phase], total=total)
            bars.update(tasks[phase], completed=done, total=total)

        yield progress
