"""Results as tables for a person. The same facts as `--json`, in the order in which they are asked for."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from licet.pipelines.makers import Maker, makers_in, refused_in_words
from licet.pipelines.mixture_shown import headings, lines
from licet.pipelines.outcome import Outcome
from licet.pipelines.plan import Plan
from licet.pipelines.shapes_found import shapes_in_words, shapes_of
from licet.schemas.manifest import Manifest, Mixture
from licet.schemas.split import Split


def plain_table(*columns: str, title: str = "", numbers: Sequence[int] = ()) -> Table:
    """Return an empty table in the house style; ``numbers`` are the columns to be aligned to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2))
    for i, column in enumerate(columns):
        right = i in numbers
        table.add_column(column, justify="right" if right else "left", header_style="dim", no_wrap=right)
    return table


def facts_table(title: str) -> Table:
    """Return an empty table of names and values without headings."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2))
    table.show_header = False
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    return table


def share(part: int, whole: int) -> str:
    """Return a part of a whole as a percentage."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def flow_table(manifest: Manifest) -> Table:
    """Return what became of the rows, a line for each stage and reason."""
    rows_in = manifest.stages[0].rows_in if manifest.stages else 0
    table = plain_table("", "rows", "share", "MB", title="What became of the rows", numbers=(1, 2, 3))
    table.add_row("read", f"{rows_in:,}", "", "")
    for stage in manifest.stages:
        for refused in sorted(stage.refused, key=lambda r: (-r.rows, r.reason)):
            table.add_row(
                f"  refused by {stage.name}: {refused.reason}",
                f"{refused.rows:,}",
                share(refused.rows, rows_in),
                f"{refused.bytes / 1e6:,.1f}",
            )
    table.add_row(
        "[bold]kept[/bold]",
        f"[bold]{manifest.rows.count:,}[/bold]",
        share(manifest.rows.count, rows_in),
        f"{manifest.rows.bytes / 1e6:,.1f}",
    )
    return table


def license_table(manifest: Manifest, most: int = 12) -> Table:
    """Return the licences of the kept rows, the most frequent first."""
    table = plain_table("licence", "tier", "rows", "share", "MB", title="Licences of the kept rows", numbers=(2, 3, 4))
    counted: dict[tuple[str, str], list[int]] = {}
    for count in manifest.licences:
        entry = counted.setdefault((count.expression, count.tier), [0, 0])
        entry[0] += count.rows
        entry[1] += count.bytes
    ordered = sorted(counted.items(), key=lambda item: (-item[1][0], item[0]))
    for (expression, tier), (rows, size) in ordered[:most]:
        table.add_row(expression, tier, f"{rows:,}", share(rows, manifest.rows.count), f"{size / 1e6:,.1f}")
    if rest := ordered[most:]:
        rows = sum(item[1][0] for item in rest)
        table.add_row(f"… and {len(rest)} more", "", f"{rows:,}", share(rows, manifest.rows.count), "")
    return table


def makers_table(makers: Sequence[Maker], most: int = 12) -> Table:
    """Return who made the rows and what became of those, the most frequent first."""
    title = f"Who made the rows. {refused_in_words(makers)}".rstrip(". ")
    table = plain_table("made by", "terms for outputs", "kept", "refused", title=title, numbers=(2, 3))
    for maker in makers[:most]:
        table.add_row(escape(maker.name), maker.says, f"{maker.kept:,}", f"{maker.refused:,}")
    if rest := makers[most:]:
        kept, refused = sum(m.kept for m in rest), sum(m.refused for m in rest)
        table.add_row(f"… and {len(rest)} more", "", f"{kept:,}", f"{refused:,}")
    return table


def mixture_table(mixture: Mixture) -> Table:
    """Return what the rows are a mixture of, and what was asked for."""
    names = headings(mixture)
    table = plain_table(*names, title="The mixture", numbers=range(1, len(names)))
    for line in lines(mixture):
        table.add_row(*(escape(cell) for cell in line))
    return table


def show_outcome(outcome: Outcome, console: Console) -> None:
    """Print what a run made."""
    manifest = outcome.manifest
    console.print(flow_table(manifest))
    console.print()
    if makers := makers_in(outcome.folder, manifest):
        console.print(makers_table(makers))
        console.print()
    console.print(license_table(manifest))
    console.print()
    if manifest.mixture is not None:
        console.print(mixture_table(manifest.mixture))
        console.print()
    table = facts_table("The run")
    reused = f", {outcome.splits_reused} staged earlier" if outcome.splits_reused else ""
    table.add_row("input", f"{outcome.splits} splits{reused}, {outcome.text_bytes / 1e6:,.1f} MB of text")
    table.add_row("time", f"{outcome.seconds:.1f} s, {outcome.throughput:.1f} MB of text per second")
    if outcome.cleaned:
        lines = ", ".join(
            f"{reason.removeprefix('lines_')} {count:,}"
            for reason, count in outcome.cleaned.items()
            if reason.startswith("lines_") and count
        )
        table.add_row("lines taken", f"{lines or 'none'}; {outcome.cleaned.get('rows_changed', 0):,} rows changed")
    if outcome.effort:
        table.add_row("duplicates", effort_in_words(outcome.effort))
    table.add_row("manifest", f"sha256:{outcome.digest}")
    table.add_row("version", outcome.folder)
    for note in outcome.notes:
        table.add_row("note", note)
    console.print(table)


def effort_in_words(effort: Mapping[str, int]) -> str:
    """Return what the search for duplicates met, and what of it was bounded."""
    told = f"{effort.get('candidate_rows', 0):,} rows looked at, {effort.get('compared_pairs', 0):,} pairs measured"
    if bounded := effort.get("bounded_rows"):
        told += f"; {bounded:,} rows had more candidates than are compared, and may have stayed in spite of a like"
    if crowded := effort.get("crowded_bands"):
        told += (
            f"; {crowded:,} bands are shared by {effort.get('crowded_rows', 0):,} rows in all, which are candidates"
            " where they share another one"
        )
    return told


def plan_summary(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON values."""
    return {
        "recipe": plan.recipe.name,
        "policy": f"{plan.policy.id} {plan.policy.version}",
        "key": plan.key,
        "splits": len(plan.splits),
        "splits_staged": len(plan.splits) - len(plan.pending),
        "bytes_pending": plan.bytes_pending,
        "notes": list(plan.notes),
        "output": plan.recipe.output,
        "work": plan.recipe.work,
        "sources": [
            {
                "name": source.name,
                "type": source.type,
                "config": ", ".join(plan.configs[source.name]),
                "splits": sum(split.source == source.name for split in plan.splits),
                "files": len({pin.name for s in plan.splits if s.source == source.name for pin in s.files}),
                "bytes": sum(s.size for s in plan.splits if s.source == source.name),
                "read_as": read_as(next((s for s in plan.splits if s.source == source.name), None)),
                **({"shapes": shapes} if (shapes := shapes_of(plan, source.name)) else {}),
            }
            for source in plan.recipe.sources
        ],
    }


def read_as(split: Split | None) -> str:
    """Return how a source is read: its format, and for post-training rows their shape and its fields."""
    if split is None:
        return ""
    settings = json.loads(split.settings)
    fields = ", ".join(f"{name}: {field}" for name, field in settings.get("fields", {}).items())
    return " ".join(part for part in (split.reader, settings.get("shape", ""), fields and f"({fields})") if part)


def show_plan(plan: Plan, console: Console) -> None:
    """Print what a run would do."""
    told = plan_summary(plan)
    table = plain_table("source", "type", "config", "files", "splits", "MB", "read as", numbers=(3, 4, 5))
    for source in told["sources"]:
        table.add_row(
            source["name"],
            source["type"],
            source["config"] or "-",
            f"{source['files']:,}",
            f"{source['splits']:,}",
            f"{source['bytes'] / 1e6:,.1f}",
            source["read_as"],
        )
    console.print(table)
    console.print()
    for line in shapes_in_words(plan):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for note in told["notes"]:
        console.print(f"note: {note}", highlight=False, soft_wrap=True)
    console.print(
        f"{told['splits']} splits, {told['splits_staged']} staged already,"
        f" {told['bytes_pending'] / 1e6:,.1f} MB to read; policy {told['policy']}; to {told['output']}",
        highlight=False,
        soft_wrap=True,
    )


def show_findings(folder: str, findings: Sequence[Any], console: Console) -> None:
    """Print what does not hold of a version, or that all does."""
    if not findings:
        console.print(f"[bold green]verified[/bold green] {folder}: every hash, count and decision holds")
        return
    table = plain_table("check", "what does not hold", "where")
    for column in table.columns:
        column.overflow = "fold"
    for finding in findings:
        table.add_row(finding.check, finding.message, finding.place)
    console.print(table)


def show_redone(redone: Any, console: Console) -> None:
    """Print what deciding a version anew came to."""
    manifest = redone.manifest
    table = facts_table(f"Decided anew under {manifest.policy.id} {manifest.policy.version}")
    table.add_row("evidence", f"{redone.evidence_sets:,} sets, {redone.evidence_changed:,} of them decided otherwise")
    table.add_row("kept", f"{manifest.rows.count:,} of {redone.rows_before:,} rows")
    for reason, rows in redone.left.items():
        table.add_row(f"  left: {reason}", f"{rows:,}")
    if redone.without_text:
        told = f"{redone.without_text:,} rows are admitted now and not in the version; a run of the recipe brings them"
        table.add_row("without text", told)
    table.add_row("manifest", f"sha256:{redone.digest}")
    table.add_row("version", redone.folder)
    console.print(table)


def show_published(published: Any, console: Console) -> None:
    """Print where a version was published, and how much of it was new."""
    word = "there already" if published.already_there else "published"
    if published.dry_run and not published.already_there:
        word = "good to be published; nothing was sent"
    table = facts_table(f"Version {published.version} of {published.name}: {word}")
    table.add_row("path", str(published.path))
    table.add_row("commit", str(published.commit))
    table.add_row("manifest", f"sha256:{published.manifest_digest}")
    table.add_row("sent", f"{published.new_bytes / 1e6:,.1f} MB new, {published.reused_bytes / 1e6:,.1f} MB reused")
    console.print(table)


def show_quality(report: Any, folder: Any, console: Console) -> None:
    """Print how good a classifier is on texts that it was not trained on."""
    table = facts_table(f"Quality classifier in {folder}, measured on texts that it has not seen")
    for name, value in report.table():
        table.add_row(name, value)
    console.print(table)
