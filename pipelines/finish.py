"""The last step of a run: describe what was written, check that it adds up, and put the manifest on top."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import yaml

from licet.pipelines.card import LICENCES_PATH, ROWS_PATH, licences_chart, license_notice, rows_chart, version_card
from licet.pipelines.evaluations import found_in, write_contamination
from licet.pipelines.exports.statements import write_attestations
from licet.pipelines.exports.table import write_exports
from licet.pipelines.facts import RunFacts, sha256_of
from licet.pipelines.makers import makers_in
from licet.pipelines.mixture import ledger_groups, left_in, mixture_of
from licet.pipelines.report import refusal_examples, version_report
from licet.pipelines.statistics import statistics_in
from licet.schemas.errors import RunError
from licet.schemas.manifest import (
    INPUTS,
    MANIFEST_PATH,
    Dataset,
    Declared,
    FileEntry,
    Manifest,
    Mixture,
    Refused,
    Role,
    Rows,
    SourceInput,
    StageRun,
    canonical_sha256,
    inputs_digest,
)
from licet.schemas.recipe import Recipe
from licet.stages import storage
from licet.stages.groups import total_groups
from licet.stages.retract import write_rules
from licet.stages.shard.counts import (
    as_language_counts,
    as_licence_counts,
    languages_of,
    licences_of,
    total_languages,
    total_licences,
    total_masked,
)
from licet.stages.shard.parquet import parquet_output

INPUTS_PATH = "provenance/inputs.parquet"
RECIPE_PATH = "provenance/recipe.yaml"
CARD_PATH = "README.md"
NOTICE_PATH = "LICENSE.md"
REPORT_PATH = "report.html"
NO_PART = {"output", "work", "runner"}
"""Settings of a recipe that say where and how to run, and have no part in what comes out."""


def build_version(folder: str, facts: RunFacts) -> Manifest:
    """Write what describes the version whose rows are in ``folder``, the manifest last, and return the manifest.

    Raises:
        RunError: rows were lost or made on the way, or nothing was kept and the recipe does not allow that.

    """
    check_conservation(facts)
    kept = sum(shard.file.rows or 0 for shard in facts.shards)
    if not kept and not facts.recipe.allow_empty:
        refused = sorted(
            ((c.rows, f"{n}.{c.reason}") for n, cs in refused_by_stage(facts).items() for c in cs), reverse=True
        )
        told = ", ".join(f"{reason} {rows:,}" for rows, reason in refused[:5])
        raise RunError(
            f"No row of {sum(facts.staging.rows_in.values()):,} was kept ({told or 'there were none to read'});"
            " set `allow_empty: true` if that is right, and the ledger will be written."
        )
    written = [
        *(shard.file for shard in facts.shards),
        *(shard.index for shard in facts.shards if shard.index is not None),
        *(part.file for part in facts.ledger),
        *facts.tables.files,
        write_inputs(folder, facts),
        *([write_rules(folder, facts.retractions)] if facts.retractions is not None else []),
        *([write_contamination(folder, facts.contamination)] if facts.contamination is not None else []),
        _write_text(folder, RECIPE_PATH, "recipe", canonical_recipe(facts.recipe)),
    ]
    draft = manifest_of(facts, written).model_copy(update={"mixture": achieved(folder, facts)})
    makers = makers_in(folder, draft)
    statistics = statistics_in(folder, draft) if draft.dataset.kind == "posttrain" else []
    texts: list[tuple[str, Role, str]] = [
        (CARD_PATH, "card", version_card(draft, facts.shards, folder, makers, statistics)),
        (NOTICE_PATH, "notice", license_notice(draft)),
        (ROWS_PATH, "chart", rows_chart(draft)),
        (LICENCES_PATH, "chart", licences_chart(draft)),
        (
            REPORT_PATH,
            "report",
            version_report(
                draft,
                refusal_examples(folder, draft),
                facts.reasons,
                facts.s_curve,
                facts.tables.histograms,
                found_in(folder, draft) or (),
                makers,
                statistics,
            ),
        ),
    ]
    written += [_write_text(folder, path, role, text) for path, role, text in texts]
    written += write_exports(folder, draft, folder)
    manifest = draft.model_copy(update={"files": sorted(written, key=lambda file: file.path)})
    write_attestations(folder, manifest)
    storage.write_bytes(storage.join(folder, MANIFEST_PATH), manifest.canonical_bytes())
    return manifest


def manifest_of(facts: RunFacts, files: Sequence[FileEntry]) -> Manifest:
    """Return the manifest of a run whose files are those given."""
    recipe = facts.recipe
    licences = as_licence_counts(total_licences(licences_of(shard.licences) for shard in facts.shards))
    languages = as_language_counts(total_languages(languages_of(shard.languages) for shard in facts.shards))
    size = sum(shard.text_bytes for shard in facts.shards)
    return Manifest(
        dataset=Dataset(name=recipe.name, version=facts.version, kind=recipe.kind, description=recipe.description),
        parent=facts.parent,
        against=list(facts.against),
        inputs=source_inputs(facts),
        stages=stage_runs(facts, size),
        models=sorted(facts.models, key=lambda model: model.name),
        policy=facts.policy,
        licences=licences,
        languages=languages,
        rows=Rows(
            count=facts.tables.rows,
            bytes=size,
            tokens=sum(shard.tokens for shard in facts.shards),
            digest=facts.tables.digest,
        ),
        masked=total_masked(shard.masked for shard in facts.shards),
        files=sorted(files, key=lambda file: file.path),
        environment=dict(facts.environment),
    )


def achieved(folder: str, facts: RunFacts) -> Mixture | None:
    """Return the mixture of the rows that are written below a folder; null where the recipe does not balance them."""
    settings = facts.recipe.balance
    if not settings.is_on:
        return None
    kept = total_groups(*(shard.groups for shard in facts.shards))
    left = left_in(ledger_groups(folder, [part.file.path for part in facts.ledger]), settings.unit)
    return mixture_of(settings, kept, left, facts.mixture)


def source_inputs(facts: RunFacts) -> list[SourceInput]:
    """Return what was read of each source, in the order of the recipe."""
    found = []
    for source in facts.recipe.sources:
        pins = facts.pins.get(source.name, [])
        told = source.model_dump()
        found.append(
            SourceInput(
                name=source.name,
                reader=source.type,
                uris=told["paths"] if "paths" in told else [told["path"]],
                revision=source.revision,
                license=Declared(**source.license.model_dump()) if source.license else None,
                files=len(pins),
                bytes=sum(pin.size for pin in pins),
                digest=inputs_digest([(pin.name, pin.sha256) for pin in pins]),
                rows=facts.staging.rows_in.get(source.name, 0),
            )
        )
    return found


def stage_runs(facts: RunFacts, kept_bytes: int) -> list[StageRun]:
    """Return what each stage did, reckoned from the ledger; bytes are counted from the end backwards."""
    refused = refused_by_stage(facts)
    rows = sum(facts.staging.rows_in.values())
    size = kept_bytes + sum(count.bytes for counts in refused.values() for count in counts)
    runs = []
    for stage in facts.stages:
        counts = refused.get(stage.name, [])
        rows_kept = rows - sum(count.rows for count in counts)
        bytes_kept = size - sum(count.bytes for count in counts)
        runs.append(
            StageRun(
                name=stage.name,
                params=dict(stage.params),
                params_sha256=canonical_sha256(dict(stage.params)),
                code=stage.code,
                rows_in=rows,
                rows_kept=rows_kept,
                bytes_in=size,
                bytes_kept=bytes_kept,
                refused=counts,
            )
        )
        rows, size = rows_kept, bytes_kept
    return runs


def refused_by_stage(facts: RunFacts) -> dict[str, list[Refused]]:
    """Return the ledger's counts by stage, reasons sorted."""
    total: dict[tuple[str, str], list[int]] = {}
    for part in facts.ledger:
        for count in part.refused:
            entry = total.setdefault((count.stage, count.reason), [0, 0])
            entry[0] += count.rows
            entry[1] += count.bytes
    found: dict[str, list[Refused]] = {}
    for (stage, reason), (rows, size) in sorted(total.items()):
        found.setdefault(stage, []).append(Refused(reason=reason, rows=rows, bytes=size))
    return found


def check_conservation(facts: RunFacts) -> None:
    """Raise `RunError` unless rows in = rows out + rows in the ledger, for each source and as staging counted."""
    out: dict[str, int] = dict.fromkeys(facts.staging.rows_in, 0)
    for shard in facts.shards:
        for count in shard.licences:
            out[count.source] = out.get(count.source, 0) + count.rows
    for part in facts.ledger:
        for refused in part.refused:
            out[refused.source] = out.get(refused.source, 0) + refused.rows
    for source, rows in sorted(out.items()):
        if rows != facts.staging.rows_in.get(source, 0):
            raise RunError(
                f"Source {source}: {facts.staging.rows_in.get(source, 0):,} rows were read, {rows:,} are in the data"
                " and the ledger together. Remove the work folder and run again."
            )
    ledger = {
        (stage, count.reason): count.rows for stage, counts in refused_by_stage(facts).items() for count in counts
    }
    known = {stage.name for stage in facts.stages}
    if unknown := sorted({stage for stage, _ in ledger} - known):
        raise RunError(f"The ledger names the stage {unknown[0]}, which is none of the run's: {sorted(known)}.")
    for (stage, reason), rows in sorted(facts.staging.refused.items()):
        if ledger.get((stage, reason), 0) != rows:
            raise RunError(
                f"Staging refused {rows:,} rows as {stage}.{reason}, the ledger has"
                f" {ledger.get((stage, reason), 0):,}. Remove the work folder and run again."
            )
    stored = sum(shard.file.rows or 0 for shard in facts.shards)
    if facts.tables.rows != stored:
        raise RunError(f"The shards have {stored:,} rows, their leaves {facts.tables.rows:,}.")


def write_inputs(folder: str, facts: RunFacts) -> FileEntry:
    """Write the list of all input files, by source in the recipe's order, then by name."""
    rows = [
        {"source": source.name, "name": pin.name, "bytes": pin.size, "sha256": pin.sha256}
        for source in facts.recipe.sources
        for pin in sorted(facts.pins.get(source.name, []), key=lambda pin: pin.name)
    ]
    with parquet_output(storage.join(folder, INPUTS_PATH), INPUTS, dictionary=("source",)) as file:
        file.write(pa.Table.from_pylist(rows, schema=INPUTS))
    return file.entry(INPUTS_PATH, "inputs")


def canonical_recipe(recipe: Recipe) -> str:
    """Return the recipe with every setting that has a part in the outcome spelt out, in the order of the schema."""
    settings: Mapping[str, object] = recipe.model_dump(mode="json", exclude=NO_PART)
    return yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True, width=1000)


def _write_text(folder: str, path: str, role: Role, text: str) -> FileEntry:
    data = text.encode()
    storage.write_bytes(storage.join(folder, path), data)
    return FileEntry(path=path, role=role, bytes=len(data), sha256=sha256_of(data))
