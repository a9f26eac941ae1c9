"""What can be said of a version for responsible use, from its manifest: the Croissant vocabulary RAI 1.0."""

from typing import Any

from licet.pipelines.exports.finished import Finished
from licet.schemas.manifest import Mixture
from licet.stages.license.generators import read_generator

READERS = {
    "jsonl": "Documents in JSON Lines",
    "parquet": "Documents in Parquet",
    "text": "A tree of text files",
    "warc": "Web pages in WARC files",
    "wet": "Texts of web pages in WET files",
    "packages": "Installed Python packages",
    "chat": "Conversations and preferences",
}
_CRAWLED = {"warc", "wet"}


def responsible_ai(version: Finished) -> dict[str, Any]:
    """Return the properties, each as a list of sentences."""
    manifest = version.manifest
    crawled = any(source.reader in _CRAWLED for source in manifest.inputs)
    synthetic = synthetic_rows(version)
    return {
        "rai:dataCollection": [
            f"{source.name}: {READERS[source.reader]}, {source.rows:,} rows" for source in manifest.inputs
        ],
        "rai:dataCollectionType": ["Web Scraping" if crawled else "Secondary Data Analysis"],
        "rai:dataCollectionRawData": [
            f"Every file that was read is listed with its sha256 in provenance/inputs.parquet"
            f" ({sum(source.files for source in manifest.inputs):,} files)."
        ],
        "rai:dataPreprocessingProtocol": [
            f"{stage.name}: {stage.rows_in - stage.rows_kept:,} of {stage.rows_in:,} rows refused, each with its"
            " reason in provenance/ledger"
            for stage in manifest.stages
        ],
        "rai:dataManipulationProtocol": [
            "Texts are kept as they were found, but for web pages, whose text was taken out of the markup"
            + (", and for what was masked." if manifest.masked else "."),
            "Duplicates were taken out only where a similarity was measured against a row that is kept.",
        ],
        "rai:dataReleaseMaintenancePlan": [
            "A published version never changes; removals make a new one. Ask by the row's id or url."
        ],
        "rai:personalSensitiveInformation": [
            "Personal data was neither looked for nor taken out, but for what is said of the stages. Attributions name"
            " holders and authors as the licences ask."
            if manifest.masked is None
            else f"In {manifest.masked.rows:,} rows what the rules know was masked ("
            + ", ".join(f"{kind} {spans:,}" for kind, spans in manifest.masked.kinds.items())
            + "). Other personal data was neither looked for nor taken out. Attributions name holders and authors as"
            " the licences ask."
        ],
        "rai:dataBiases": [
            "Only what is openly licensed, with evidence, is in it: works of other holders are missing by design.",
            "Languages: "
            + (", ".join(f"{c.language} {c.rows:,}" for c in manifest.languages) or "none identified")
            + " rows.",
            *([_mixed(manifest.mixture)] if manifest.mixture else []),
        ],
        "rai:dataLimitations": [
            "A concluded licence rests on what the origin says, as graded in the column license_grade; nobody vouches"
            " for it. This is no legal advice.",
            "Languages and scores are measured by models and are wrong for some rows.",
        ],
        "rai:dataUseCases": ["Post-training" if manifest.dataset.kind == "posttrain" else "Pre-training"],
        "rai:dataSocialImpact": [
            "Holders are credited row by row (provenance/NOTICE.md), and what was refused for their sake is on record."
        ],
        "rai:hasSyntheticData": synthetic > 0,
    }


def _mixed(mixture: Mixture) -> str:
    """Return that the mixture was chosen, and what it is."""
    shares = ", ".join(f"{group.name} {100 * group.share:.1f} %" for group in mixture.groups)
    return f"The mixture by {' and '.join(mixture.by)} was chosen, in {mixture.unit}: {shares}."


def synthetic_rows(version: Finished) -> int:
    """Return how many rows say that a model made them; documents do not say."""
    if version.manifest.dataset.kind != "posttrain":
        return 0
    found = version.rows("select generator, count(*) as n from data where generator is not null group by all")
    return sum(row["n"] for row in found if read_generator(row["generator"]).is_model)
