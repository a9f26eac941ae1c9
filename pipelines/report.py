"""`report.html`: what became of the rows, at a glance. One file, no scripts, nothing fetched from anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pyarrow as pa

from licet.pipelines.card import size_text
from licet.pipelines.makers import Maker, refused_in_words
from licet.pipelines.mixture_shown import EPOCHS_TOLD, bars_of, headings, kept_units, lines
from licet.pipelines.report_contamination import TOLD as CONTAMINATION_TOLD
from licet.pipelines.report_contamination import contamination
from licet.pipelines.report_measures import TOLD, histograms
from licet.pipelines.report_page import bars, curve, definition, page, section, table
from licet.pipelines.statistics import ConfigStatistics, statistics_figures
from licet.pipelines.statistics.figures import TOLD as STATISTICS_TOLD
from licet.schemas.ledger import HELD
from licet.schemas.manifest import Manifest, Mixture
from licet.schemas.measured import Histogram
from licet.stages import storage
from licet.stages.shard.parquet import parquet_input

EXAMPLES = 3
"""Refusals shown for each reason: the first of the ledger."""
SHOWN = ("stage", "reason", "locator", "url", "value", "threshold", "detail", "kept_id")
DETAIL_CHARS = 160
EARLIER_TOLD = "What these have is not published again: rows were held against theirs, by content and likeness."
MAKERS = 20
"""Makers that the report lists."""
MAKERS_TOLD = (
    "As rows, the recipe, or the pages of their sets say; rows of which nobody says who made them are not listed."
)
MASKED_TOLD = "Spans of each kind that were replaced by its name. The column masked counts them in each row."


MIXTURE_TOLD = (
    f"What is here of each group, and what was asked for and available. {EPOCHS_TOLD} Rows beyond"
    " that are in the ledger."
)


def refusal_examples(folder: str, manifest: Manifest) -> list[dict[str, Any]]:
    """Return the first few ledger rows of each stage and reason, by stage as they ran; none has any text."""
    wanted = {(stage.name, r.reason): min(r.rows, EXAMPLES) for stage in manifest.stages for r in stage.refused}
    found: dict[tuple[str, str], list[dict[str, Any]]] = {key: [] for key in wanted}
    missing = sum(wanted.values())
    for entry in manifest.files:
        if entry.role != "ledger" or not missing:
            continue
        with parquet_input(storage.join(folder, entry.path)) as ledger:
            for batch in ledger.iter_batches(columns=list(SHOWN)):
                if not missing:
                    break
                keys = zip(*(batch.column(name).to_pylist() for name in SHOWN[:2]), strict=True)
                for place, key in enumerate(keys):
                    if key in found and len(found[key]) < wanted[key]:
                        found[key].append(batch.slice(place, 1).to_pylist()[0])
                        missing -= 1
    return [row for key in wanted for row in found[key]]


def version_report(
    manifest: Manifest,
    examples: Sequence[Mapping[str, Any]],
    reasons: Mapping[str, str],
    s_curve: Sequence[tuple[float, float]],
    measures: Sequence[Histogram] = (),
    found: Iterable[pa.Table] = (),
    makers: Sequence[Maker] = (),
    statistics: Sequence[ConfigStatistics] = (),
) -> str:
    """Return the report as HTML.

    ``reasons`` are sentences by "stage.reason", ``measures`` the histograms of rules, ``found`` what was found of
    evaluation sets, as tables of `CONTAMINATION`, ``makers`` who made the rows, ``statistics`` what these hold.
    """
    rows_in = sum(source.rows for source in manifest.inputs)
    head = definition(
        [
            ("rows read", f"{rows_in:,}"),
            ("rows kept", f"{manifest.rows.count:,}"),
            ("share kept", share(manifest.rows.count, rows_in)),
            ("text kept", size_text(manifest.rows.bytes)),
            ("tokens", f"{manifest.rows.tokens:,}"),
            ("policy", f"{manifest.policy.id} {manifest.policy.version}"),
            *([("rows masked", f"{manifest.masked.rows:,}")] if manifest.masked else []),
        ]
    )
    parts = [
        section("What became of the rows", bars(_fates(manifest), rows_in)),
        section("Licences of the kept rows", bars(_licences(manifest), manifest.rows.count)),
        section("Languages", bars(_languages(manifest), manifest.rows.count)),
        section("Sources", _sources(manifest)),
    ]
    if any(told.rows for told in statistics):
        parts.append(section("What the rows hold", statistics_figures(statistics), STATISTICS_TOLD))
    if makers:
        parts.append(
            section("Who made the rows", _makers(makers), f"{refused_in_words(makers)}. {MAKERS_TOLD}".lstrip(". "))
        )
    if manifest.mixture is not None:
        parts.append(section("Mixture", _mixture(manifest.mixture), MIXTURE_TOLD))
    if manifest.against:
        parts.append(section("Earlier versions", _earlier(manifest), EARLIER_TOLD))
    if manifest.masked is not None:
        parts.append(section("Masked", bars(_masked(manifest), sum(manifest.masked.kinds.values())), MASKED_TOLD))
    if examples:
        told = "The first few of each reason, as the ledger has them. No text of a refused row is kept."
        parts.append(section("Refused, for example", _examples(examples, reasons), told))
    if (sets := contamination(manifest, found)) is not None:
        parts.append(section("Evaluation sets", sets, CONTAMINATION_TOLD))
    if measures:
        parts.append(section("What the heuristics measured", histograms(measures), TOLD))
    if s_curve:
        told = (
            "How likely two rows are to be compared at all, by their similarity. Of the pairs compared, only those"
            " whose similarity was measured at or above the threshold were merged."
        )
        threshold = next((stage.params.get("threshold") for stage in manifest.stages if stage.name == "dedup"), None)
        mark = next((point for point in s_curve if point[0] == threshold), None)
        if mark is not None:
            told += f" At the threshold of {mark[0]:g} it is {100 * mark[1]:.1f} %."
        parts.append(section("Reach of near-duplicate search", curve(s_curve, mark), told))
    foot = f"Row digest {manifest.rows.digest}. Check all of this with: licet verify"
    description = manifest.dataset.description.strip()
    return page(manifest.dataset.name, description, head, parts, foot)


def share(part: int, whole: int) -> str:
    """Return a part of a whole as a percentage."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _fates(manifest: Manifest) -> Iterable[tuple[str, int, str]]:
    yield "kept", manifest.rows.count, "kept"
    for stage in manifest.stages:
        for refused in sorted(stage.refused, key=lambda r: (-r.rows, r.reason)):
            yield f"{stage.name}: {refused.reason}", refused.rows, "refused"


def _licences(manifest: Manifest) -> list[tuple[str, int, str]]:
    total: dict[str, int] = {}
    for count in manifest.licences:
        name = f"{count.expression} ({count.tier}, grade {count.grade})"
        total[name] = total.get(name, 0) + count.rows
    return _longest_first(total)


def _languages(manifest: Manifest) -> list[tuple[str, int, str]]:
    return _longest_first({count.language: count.rows for count in manifest.languages})


def _masked(manifest: Manifest) -> list[tuple[str, int, str]]:
    return _longest_first(manifest.masked.kinds if manifest.masked else {})


def _mixture(mixture: Mixture) -> str:
    names = headings(mixture)
    rows = [[escape(cell) for cell in line] for line in lines(mixture)]
    return bars(bars_of(mixture), kept_units(mixture)) + "\n" + table(names, rows, numbers=len(names) - 1)


def _longest_first(counts: Mapping[str, int], most: int = 12) -> list[tuple[str, int, str]]:
    """Return the greatest counts, and the rest as one."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told = [(name, rows, "kept") for name, rows in ordered[:most]]
    rest = ordered[most:]
    return told + ([(f"{len(rest)} others", sum(rows for _, rows in rest), "rest")] if rest else [])


def _sources(manifest: Manifest) -> str:
    kept: dict[str, int] = {}
    for count in manifest.licences:
        kept[count.source] = kept.get(count.source, 0) + count.rows
    rows = [
        [
            escape(source.name),
            escape(source.reader),
            escape(source.license.expression if source.license else "–"),
            f"{source.files:,}",
            size_text(source.bytes),
            f"{source.rows:,}",
            f"{kept.get(source.name, 0):,}",
        ]
        for source in manifest.inputs
    ]
    return table(["source", "kind", "declared licence", "files", "stored", "rows read", "rows kept"], rows, numbers=4)


def _makers(makers: Sequence[Maker]) -> str:
    rows = [[escape(m.name), escape(m.says), f"{m.kept:,}", f"{m.refused:,}"] for m in makers[:MAKERS]]
    if rest := makers[MAKERS:]:
        rows.append([f"{len(rest)} others", "", f"{sum(m.kept for m in rest):,}", f"{sum(m.refused for m in rest):,}"])
    return table(["made by", "terms for outputs", "rows kept", "refused for it"], rows, numbers=2)


def _earlier(manifest: Manifest) -> str:
    rows = [
        [escape(told.name), escape(told.version or "–"), told.sha256, f"{told.rows:,}"] for told in manifest.against
    ]
    return table(["name", "version", "manifest", "rows"], rows, numbers=3)


def _examples(examples: Sequence[Mapping[str, Any]], reasons: Mapping[str, str]) -> str:
    rows = []
    for example in examples:
        name = f"{example['stage']}.{example['reason']}"
        told = reasons.get(name, "")
        rows.append(
            [
                f"{escape(name)}<small>{escape(told)}</small>" if told else escape(name),
                escape(example["url"] or example["locator"]),
                escape(measured(example)),
            ]
        )
    return table(["reason", "row", "what was found"], rows, numbers=0)


def measured(entry: Mapping[str, Any]) -> str:
    """Return what a ledger row says of its refusal: the number and its bound, the detail, the row kept instead."""
    told = []
    if entry["value"] is not None:
        bound = f", bound {entry['threshold']:.6g}" if entry["threshold"] is not None else ""
        told.append(f"{entry['value']:.6g}{bound}")
    if entry["detail"]:
        detail = entry["detail"]
        told.append(detail if len(detail) <= DETAIL_CHARS else detail[:DETAIL_CHARS] + "…")
    if entry["kept_id"]:
        told.append(f"{'held there' if entry['reason'] in HELD else 'kept instead'}: {entry['kept_id']}")
    return "; ".join(told)
