"""What the card says in tables and lists, each made from the manifest."""

from collections.abc import Sequence

from licet.pipelines.card.front import config_names
from licet.pipelines.card.made import names_of
from licet.pipelines.card.words import added, count_text, greatest_first, rows_text, share_text, size_text, table
from licet.pipelines.makers import Maker, refused_in_words
from licet.pipelines.mixture_shown import EPOCHS_TOLD, headings, lines
from licet.pipelines.statistics import ConfigStatistics
from licet.pipelines.statistics.tally import Spread
from licet.schemas.manifest import LicenceCount, Manifest
from licet.stages.retract import RETRACTED
from licet.stages.shard import ShardRecord
from licet.stages.shard.counts import UNKNOWN_LANGUAGE

LICENCES = 15
"""Licences that a table lists; the manifest has all."""
LANGUAGES = 5


def rows_read(manifest: Manifest) -> int:
    """Return how many rows were read of all sources."""
    return sum(source.rows for source in manifest.inputs)


def facts_table(manifest: Manifest) -> str:
    """Return what one wants to know first."""
    read, rows = rows_read(manifest), manifest.rows
    languages = greatest_first({count.language: count.rows for count in manifest.languages})
    spoken = [f"{name} {share_text(count, rows.count)}" for name, count in languages[:LANGUAGES]]
    more = len(languages) - LANGUAGES
    tiers = greatest_first(added((count.tier, count.rows) for count in manifest.licences))
    lines = [
        ["rows", f"{rows.count:,} of {read:,} that were read ({share_text(rows.count, read)})"],
        ["text", f"{size_text(rows.bytes)}, about {count_text(rows.tokens)} tokens"],
        ["languages", ", ".join(spoken) + (f" and {more} more" if more > 0 else "")],
        ["licences", ", ".join(f"{name} {share_text(count, rows.count)}" for name, count in tiers)],
        ["policy", f"{manifest.policy.id}, version {manifest.policy.version}"],
    ]
    return table(lines[0], lines[1:], numbers=0)


def licence_table(licences: Sequence[LicenceCount], most: int = LICENCES) -> str:
    """Return a licence histogram as a table, with a sentence on those that it has no room for."""
    tiers = {count.expression: count.tier for count in licences}
    tokens = added((count.expression, count.tokens) for count in licences)
    ordered = greatest_first(added((count.expression, count.rows) for count in licences))
    whole = sum(rows for _, rows in ordered)
    lines = [
        [name, tiers[name], f"{rows:,}", share_text(rows, whole), f"{tokens[name]:,}"] for name, rows in ordered[:most]
    ]
    shown = table(["licence", "tier", "rows", "share", "tokens"], lines, numbers=3)
    rest = ordered[most:]
    left = sum(rows for _, rows in rest)
    more = f"\n\n{rows_text(left).capitalize()} are under {len(rest)} more expressions; [the manifest]" if rest else ""
    return shown + (f"{more}(provenance/manifest.json) lists all." if rest else "")


def config_table(shards: Sequence[ShardRecord]) -> str | None:
    """Return the licences of each config where there are several; null for a version of one."""
    names = config_names(shards)
    if len(names) < 2:
        return None
    lines = []
    for name in names:
        counts = [count for shard in shards if shard.config == name for count in shard.licences]
        ordered = greatest_first(added((count.expression, count.rows) for count in counts))
        rows = sum(count for _, count in ordered)
        told = ", ".join(f"{licence} {share_text(count, rows)}" for licence, count in ordered[:LICENCES])
        lines.append([f"`{name}`", told or "–", f"{rows:,}"])
    return table(["config", "licences", "rows"], lines, numbers=1)


def source_table(manifest: Manifest) -> str:
    """Return the sources as a table."""
    kept = added((count.source, count.rows) for count in manifest.licences)
    lines = [
        [
            source.name,
            source.reader,
            source.revision or "",
            _declared(source.license.expression, source.license.evidence) if source.license else "",
            f"{source.files:,}",
            size_text(source.bytes),
            f"{source.rows:,}",
            f"{kept.get(source.name, 0):,}",
        ]
        for source in manifest.inputs
    ]
    names = ["source", "kind", "revision", "declared licence", "files", "stored", "rows read", "rows kept"]
    return table(names, lines, numbers=4)


def _declared(expression: str, evidence: str | None) -> str:
    if evidence and evidence.startswith(("http://", "https://")):
        return f"[{expression}]({evidence})"
    return f"{expression} ({evidence})" if evidence else f"{expression} (no evidence named)"


def makers_table(makers: Sequence[Maker], most: int = LICENCES) -> str:
    """Return who made the rows, with what became of those that models made; empty where nobody is named."""
    if not makers:
        return ""
    lines = [[f"`{m.name.replace('`', '')}`", m.says, f"{m.kept:,}", f"{m.refused:,}"] for m in makers[:most]]
    told = refused_in_words(makers)
    head = "Who made the rows, as they, the recipe or the pages of their sets say:"
    rest = (
        f"\n\nThere are {len(makers) - most} more makers; `licet audit synthetic` lists all." if makers[most:] else ""
    )
    shown = table(["made by", "terms for outputs", "rows kept", "refused for it"], lines, numbers=2)
    return "\n".join(["", head, "", shown + rest, *(["", f"{told}."] if told else []), ""])


def mixture_section(manifest: Manifest) -> str:
    """Return what the rows are a mixture of, as a section; empty where the recipe does not balance them."""
    mixture = manifest.mixture
    if mixture is None:
        return ""
    names, shown = headings(mixture), lines(mixture)
    told = (
        "What was asked for, what there was, and what is here. Rows beyond that left by the order that the recipe sets,"
        " and are in the ledger."
    )
    epochs = f"\n\n{EPOCHS_TOLD}" if "epochs" in names else ""
    body = table(names, [[f"`{line[0].replace('`', '')}`", *line[1:]] for line in shown], numbers=len(names) - 1)
    return f"\n## Mixture\n\n{told}\n\n{body}{epochs}\n"


def contents_section(found: Sequence[ConfigStatistics]) -> str:
    """Return what the conversations of each config hold, as a section; empty where there are none."""
    lines = [
        [
            f"`{told.config}`",
            f"{told.rows:,}",
            _spread(told.turns.spread()),
            _spread(told.tokens.spread()),
            share_text(told.with_reasoning, told.rows),
            share_text(told.with_tools, told.rows),
        ]
        for told in found
        if told.rows
    ]
    if not lines:
        return ""
    names = ["config", "rows", "turns of the user", "tokens", "with reasoning", "with tools"]
    head = "Turns and tokens: the median, and the most. [report.html](report.html) has charts of them."
    return "\n".join(["", "## What the rows hold", "", head, "", table(names, lines, numbers=5), ""])


def _spread(spread: Spread | None) -> str:
    return f"{spread.median:,}, up to {spread.most:,}" if spread is not None else "–"


def limits_list(manifest: Manifest) -> str:
    """Return what the version does not promise, with the figures where they are known."""
    rows = manifest.rows.count
    grades = added((count.grade, count.rows) for count in manifest.licences)
    weak = [f"{share_text(grades[grade], rows)} on grade {grade}" for grade in sorted(grades) if grade > "B"]
    unnamed = sum(count.rows for count in manifest.languages if count.language == UNKNOWN_LANGUAGE)
    lines = [
        "A licence rests on what the origin says; nobody can prove that it was the origin's to give. Grades tell how"
        " far to trust it: A by the holder at the work itself, B by a registry's metadata, C by what contains the work,"
        " D by text that was recognised, E by inference, F by a third party."
        + (f" Here, {_and(weak)}." if weak else ""),
        "An open licence says nothing of privacy, trademarks, accuracy or fitness. " + _as_found(manifest),
        "Languages and quality scores are measured by models and are wrong for some rows."
        + (f" No language was recognised in {share_text(unnamed, rows)} of the rows." if unnamed else ""),
        "Near-duplicates below the threshold, translations and paraphrases stay.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def retracted_words(manifest: Manifest) -> str:
    """Return how many rows were taken back so far and where that is recorded; empty where none was asked for."""
    path = next((file.path for file in manifest.files if file.role == "retractions"), None)
    if path is None:
        return ""
    rows = sum(told.rows for stage in manifest.stages for told in stage.refused if told.reason == RETRACTED)
    return f" So far {rows_text(rows)} {'was' if rows == 1 else 'were'} taken back: [the requests]({path})."


def _as_found(manifest: Manifest) -> str:
    if manifest.masked is None:
        return "The texts are as they were found."
    kinds = _and([names_of(kind) for kind in manifest.masked.kinds])
    return (
        f"The texts are as they were found, but for {kinds}, of which those were masked that the rules know: a name, an"
        " address or a secret of another form is still there."
    )


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
