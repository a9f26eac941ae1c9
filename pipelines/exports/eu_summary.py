"""A draft of the public summary of training content that EU law asks of providers of general-purpose AI models.

The template is the Commission's of 24 July 2025, adopted again as C(2025) 8311 on 5 December 2025 (Regulation (EU)
2024/1689, Article 53(1)(d)). A dataset can answer for itself: sources, sizes, sites, models, languages, reservations.
What only the provider of a model knows is left open, with the question. No legal advice.
"""

from typing import Any

from licet.pipelines.exports.eu_facts import Used, generators, largest_sites, rows_with_signals, used_of
from licet.pipelines.exports.eu_page import summary_page
from licet.pipelines.exports.finished import Finished
from licet.pipelines.exports.output import write_json, write_pieces
from licet.pipelines.exports.responsible import READERS
from licet.schemas.manifest import FileEntry, SourceInput
from licet.stages.license.reasons import USE_RESERVED

SUMMARY_PATH = "provenance/eu-summary.json"
PAGE_PATH = "provenance/eu-summary.md"
TEMPLATE = "European Commission, 24 July 2025; C(2025) 8311 of 5 December 2025"
BANDS = ((10**9, "less than 1 billion tokens"), (10**13, "1 billion to 10 trillion tokens"))
LARGEST_BAND = "more than 10 trillion tokens"
LARGE_SHARE = 0.03
"""A public dataset of more than this share of a modality is named by itself; here all are named, and these marked."""
CRAWLED = ("warc", "wet")

Item = dict[str, Any]


def write_summary(version: Finished, to: str) -> list[FileEntry]:
    """Write the draft below the folder ``to``, for machines and for people."""
    told = summary(version)
    return [
        write_json(to, SUMMARY_PATH, "summary", told),
        write_pieces(to, PAGE_PATH, "summary", summary_page(told)),
    ]


def summary(version: Finished) -> dict[str, Any]:
    """Return the draft: sections of questions, each with an answer (null: not known here), its basis and a note."""
    manifest, used = version.manifest, used_of(version)
    sections = [
        ("1.1", "Provider identification", _provider()),
        ("1.2", "Model identification", _model()),
        ("1.3", "Modalities, overall training data size and other characteristics", _size(version, used)),
        ("2.1", "Publicly available datasets", _public(version, used)),
        ("2.2", "Private non-publicly available datasets obtained from third parties", _private()),
        ("2.3", "Data crawled and scraped from online sources", _crawled(version, used)),
        ("2.4", "User data", _user()),
        ("2.5", "Synthetic data", _synthetic(version)),
        ("2.6", "Other sources of data", [_open("Other sources that are not in this dataset")]),
        ("3.1", "Respect of reservation of rights from text and data mining", _reservations(version)),
        ("3.2", "Removal of illegal content", _illegal(version)),
        ("3.3", "Other information", _other(version)),
    ]
    return {
        "status": "draft",
        "template": TEMPLATE,
        "dataset": {
            "name": manifest.dataset.name,
            "version": manifest.dataset.version,
            "rows": manifest.rows.count,
            "row_digest": manifest.rows.digest,
        },
        "sections": [{"id": key, "title": title, "items": items} for key, title, items in sections],
    }


def size_band(tokens: int) -> str:
    """Return the band of the template that a number of tokens is in."""
    return next((name for bound, name in BANDS if tokens < bound), LARGEST_BAND)


def _item(question: str, answer: Any, basis: str, note: str = "") -> Item:
    return {"question": question, "answer": answer, "basis": basis, "note": note}


def _open(question: str, note: str = "") -> Item:
    return _item(question, None, "provider", note)


def _provider() -> list[Item]:
    return [_open("Provider name and contact details"), _open("Authorised representative name and contact details")]


def _model() -> list[Item]:
    return [
        _open("Versioned model name(s)"),
        _open("Model dependencies"),
        _open("Date of placement of the model on the Union market"),
    ]


def _size(version: Finished, used: dict[str, Used]) -> list[Item]:
    manifest = version.manifest
    latest = max((u.latest for u in used.values() if u.latest), default=None)
    languages = [{"language": c.language, "rows": c.rows} for c in manifest.languages]
    tokens = manifest.rows.tokens
    return [
        _item("Modality", "text", "manifest"),
        _item(
            "Training data size",
            size_band(tokens),
            "manifest",
            f"{tokens:,} tokens as Licet estimates them, {manifest.rows.bytes:,} bytes, {manifest.rows.count:,} rows:"
            " those of this dataset only; add what else the model is trained on.",
        ),
        _item(
            "Types of content",
            sorted({READERS[source.reader] for source in manifest.inputs}),
            "manifest",
            "By how it was read; name the kinds of content (fiction, non-fiction, scientific, code …).",
        ),
        _item(
            "Latest date of data acquisition or collection",
            latest,
            "rows" if latest else "provider",
            "The latest date that an origin gives for a row; the day of acquisition is the provider's to state.",
        ),
        _item("Linguistic characteristics of the overall training data", languages, "manifest", "Rows by language."),
        _open("Other relevant characteristics of the overall training data"),
    ]


def _entry(source: SourceInput, used: dict[str, Used], tokens: int) -> dict[str, Any]:
    kept = used.get(source.name, Used(0, 0, None, None))
    return {
        "name": source.name,
        "kind": READERS[source.reader],
        "address": source.license.evidence if source.license and source.license.evidence else None,
        "revision": source.revision,
        "declared_license": source.license.expression if source.license else None,
        "rows": kept.rows,
        "tokens": kept.tokens,
        "is_large": bool(tokens) and kept.tokens > LARGE_SHARE * tokens,
        "earliest": kept.earliest,
        "latest": kept.latest,
    }


def _public(version: Finished, used: dict[str, Used]) -> list[Item]:
    manifest = version.manifest
    entries = [_entry(s, used, manifest.rows.tokens) for s in manifest.inputs if s.reader not in CRAWLED]
    note = (
        "Every source that is not a web archive is listed. Each row was admitted under an open licence on evidence"
        " that is on record; that the source as a whole is public is for the provider to confirm. Large: more than"
        f" {LARGE_SHARE:.0%} of this dataset's tokens; the template reckons by all public datasets of the modality."
    )
    return [
        _item("Have publicly available datasets been used to train the model?", bool(entries), "manifest", note),
        _item("Modalities of the content covered", ["text"] if entries else [], "manifest"),
        _item("List of publicly available datasets", entries, "manifest"),
        _open("General description of other publicly available datasets not listed above"),
    ]


def _private() -> list[Item]:
    note = "No source is known here to be private; the manifest cannot tell."
    return [
        _open("2.2.1 Datasets commercially licensed by rightsholders or their representatives", note),
        _open("2.2.2 Private datasets obtained from other third parties", note),
    ]


def _crawled(version: Finished, used: dict[str, Used]) -> list[Item]:
    manifest = version.manifest
    sources = [s for s in manifest.inputs if s.reader in CRAWLED]
    entries = [_entry(s, used, manifest.rows.tokens) for s in sources]
    sites = []
    for source in sources:
        found, number = largest_sites(version, source.name)
        sites.append({"source": source.name, "sites": number, "largest": found})
    dates = sorted(d for e in entries for d in (e["earliest"], e["latest"]) if d)
    note = "Read from web archives. An archive that others crawled and published belongs to 2.1: move it there."
    return [
        _item("Were crawlers used by the provider or on its behalf?", None, "provider", note),
        _item("Web archives read", entries, "manifest"),
        _open("Crawler name(s) or identifier(s), purposes and general description of their behaviour"),
        _item(
            "Period of data collection",
            f"{dates[0]} to {dates[-1]}" if dates else None,
            "rows" if dates else "provider",
            "From the dates that the archives give for the rows that were kept.",
        ),
        _open("Comprehensive description of the type of content and online sources crawled"),
        _item(
            "Summary of the most relevant domain names crawled",
            sites,
            "rows",
            "The top 10 % of the host names by tokens kept; small providers may list the top 5 % or 1,000, whichever"
            " is lower.",
        ),
    ]


def _user() -> list[Item]:
    note = "No source of this dataset is known to be user data of the provider's; the manifest cannot tell."
    return [
        _open("Was data from user interactions with the AI model used to train the model?", note),
        _open("Was data from user interactions with the provider's other services or products used?", note),
    ]


def _synthetic(version: Finished) -> list[Item]:
    models = generators(version)
    note = "By what rows or the recipe say of their generator; a row that says nothing may be synthetic all the same."
    told = bool(models) or None
    return [
        _item("Was synthetic AI-generated data used to train the model?", told, "rows" if models else "provider", note),
        _item("Models used to generate it, with their terms on what they write", models, "rows"),
        _open("Whether it was created by the provider or on its behalf, and the data those models were trained on"),
    ]


def _reservations(version: Finished) -> list[Item]:
    manifest = version.manifest
    mode = manifest.policy.rules.get("signals")
    refused = sum(r.rows for stage in manifest.stages for r in stage.refused if r.reason == USE_RESERVED)
    kept = rows_with_signals(version)
    return [
        _open("Signatory of the Code of Practice with commitments to respect reservations of rights?"),
        _item(
            "Measures implemented to respect reservations of rights",
            [
                f"Only rows under a licence that the policy {manifest.policy.id} {manifest.policy.version} admits are"
                " in the dataset, each on recorded evidence; all others were refused and are on record.",
                f"Reservations that the inputs state beside the licence (robots, TDMRep, aipref, RSL) are set to be"
                f" {'honoured' if mode == 'honour' else 'recorded'}: {refused:,} rows were refused for one,"
                f" {kept:,} rows were kept whose origin states a preference.",
            ],
            "manifest",
            "What was not in the inputs, such as a robots.txt that was not captured, could not be heeded here.",
        ),
    ]


def _illegal(version: Finished) -> list[Item]:
    stages = ", ".join(stage.name for stage in version.manifest.stages)
    note = f"Licet does not look for illegal content. The stages of this dataset are: {stages}."
    return [_open("General description of measures taken to avoid or remove illegal content", note)]


def _other(version: Finished) -> list[Item]:
    refused = sum(r.rows for stage in version.manifest.stages for r in stage.refused)
    told = (
        f"{refused:,} rows were refused, each with stage and reason, in provenance/ledger; the licences of the rest are"
        " in provenance/bill.parquet row by row; `licet verify` recomputes all of it offline."
    )
    return [_item("Other information", told, "manifest")]
