"""The version as Croissant 1.1 metadata with the vocabulary for responsible AI 1.0.

It names no time: who publishes and when is the recipe's to say (`about`), and left out where it does not.
"""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from licet.pipelines.exports.columns import COLUMNS
from licet.pipelines.exports.finished import Finished
from licet.pipelines.exports.output import write_json
from licet.pipelines.exports.responsible import responsible_ai
from licet.pipelines.exports.texts import ids_of
from licet.schemas.license import Bits, bits_of, url_of
from licet.schemas.manifest import FileEntry, SourceInput
from licet.stages import storage
from licet.stages.shard.counts import UNKNOWN_LANGUAGE
from licet.stages.shard.published import BUCKET

CROISSANT_PATH = "provenance/croissant.json"
NOT_STATED = "not stated"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    **{name: f"cr:{name}" for name in (
        "annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract",
        "field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset",
        "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated", "replace",
        "samplingRate", "sdVersion", "separator", "source", "subField", "transform", "unArchive", "value",
    )},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}  # fmt: skip
"""The context of the specification's appendix, with schema.org by https as its validator wants, and what we use."""
_FORMATS = {".parquet": "application/x-parquet", ".yaml": "application/yaml", ".json": "application/json"}
_MEANS = {
    "text": "sc:text",
    "url": "sc:url",
    "license": "sc:license",
    "attribution": "sc:creditText",
    "language": "sc:inLanguage",
    "content_sha256": "sc:sha256",
    "evidence_id": "prov:wasDerivedFrom",
}
_ACTIONS = (
    (Bits.NOTICE, "odrl:duty", "cc:Notice"),
    (Bits.ATTRIBUTION, "odrl:duty", "cc:Attribution"),
    (Bits.SHARE_ALIKE, "odrl:duty", "cc:ShareAlike"),
    (Bits.SOURCE_DISCLOSURE, "odrl:duty", "cc:SourceCode"),
    (Bits.NC, "odrl:prohibition", "cc:CommercialUse"),
    (Bits.ND, "odrl:prohibition", "cc:DerivativeWorks"),
)


def write_croissant(version: Finished, to: str) -> list[FileEntry]:
    """Write the metadata below the folder ``to``."""
    return [write_json(to, CROISSANT_PATH, "croissant", croissant(version))]


def croissant(version: Finished) -> dict[str, Any]:
    """Return the metadata as JSON-LD."""
    manifest, about = version.manifest, version.recipe.about
    ids = sorted({key for count in manifest.licences for key in ids_of(count.expression)})
    languages = [c.language for c in manifest.languages if c.language != UNKNOWN_LANGUAGE]
    optional = {
        "datePublished": about.published.isoformat() if about.published else None,
        "version": manifest.dataset.version,
        "inLanguage": languages or None,
    }
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "dct:conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": manifest.dataset.name,
        "description": _description(version),
        "url": about.homepage or "../README.md",
        "creator": [{"@type": "sc:Organization", "name": about.creator or NOT_STATED}],
        "license": [url_of(key) or f"urn:licet:license:{key}" for key in ids] or ["urn:licet:license:NONE"],
        **{name: value for name, value in optional.items() if value is not None},
        "identifier": f"sha256:{manifest.rows.digest}",
        "citeAs": f"{manifest.dataset.name}, {manifest.rows.count} rows, row digest sha256:{manifest.rows.digest}",
        "keywords": ["openly licensed", "provenance", manifest.dataset.kind],
        "isLiveDataset": False,
        "usageInfo": [_offer(key) for key in ids],
        "prov:wasDerivedFrom": [_origin(source) for source in manifest.inputs],
        "prov:wasGeneratedBy": [_activity(version, number) for number in range(len(manifest.stages))],
        **responsible_ai(version),
        "distribution": [*(_file(entry) for entry in manifest.files), *(_shards(name) for name in configs(version))],
        "recordSet": [_records(version, name) for name in configs(version)],
    }


def configs(version: Finished) -> list[str]:
    """Return the configs of the data, sorted."""
    return sorted({entry.path.split("/")[1] for entry in version.files("data")})


def _description(version: Finished) -> str:
    told = version.manifest.dataset.description.strip()
    rows = f"{version.manifest.rows.count:,} rows of text, each under its own open licence with recorded evidence."
    return f"{told} {rows}".strip()


def _file(entry: FileEntry) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": entry.path,
        "name": entry.path,
        "contentUrl": f"../{entry.path}",
        "contentSize": f"{entry.bytes} B",
        "encodingFormat": next(told for ending, told in _FORMATS.items() if entry.path.endswith(ending)),
        "sha256": entry.sha256,
    }


def _shards(config: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"shards/{config}",
        "name": f"shards/{config}",
        "description": f"The shards of the config {config}; each is a FileObject of its own with its digest.",
        "encodingFormat": _FORMATS[".parquet"],
        "includes": f"data/{config}/train-*.parquet",
    }


def _records(version: Finished, config: str) -> dict[str, Any]:
    shards = [entry for entry in version.files("data") if entry.path.split("/")[1] == config]
    with storage.open_input(storage.join(version.folder, shards[0].path)) as file:
        schema = pq.read_schema(file)
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"{sum(entry.rows or 0 for entry in shards):,} rows of the config {config}.",
        "key": {"@id": f"{config}/{version.id_column}"},
        "field": [_field(field, config) for field in schema],
    }


def _field(field: pa.Field, config: str) -> dict[str, Any]:
    described = COLUMNS.get(field.name) or of_classifier(field.name.removeprefix("quality_"))
    told = {
        **_typed(field, f"{config}/{field.name}", {"fileSet": {"@id": f"shards/{config}"}}, field.name, ""),
        "description": described,
    }
    if field.name in _MEANS:
        told["equivalentProperty"] = _MEANS[field.name]
    return told


def of_classifier(name: str) -> str:
    """Return what a column of a quality classifier holds, given its name without the prefix."""
    if name.endswith(BUCKET):
        return f"The twentieth of the text that the score of {name.removesuffix(BUCKET)} falls into, 19 the best."
    return f"The score of the classifier {name}."


def _typed(field: pa.Field, key: str, where: dict[str, Any], column: str, path: str) -> dict[str, Any]:
    """Return a field, or one of the fields inside it, with where its values are: a column, and a path in its JSON."""
    kind = field.type
    told: dict[str, Any] = {"@type": "cr:Field", "@id": key, "name": key.partition("/")[2]}
    if pa.types.is_list(kind):
        kind = kind.value_type
        told |= {"isArray": True, "arrayShape": "-1"}
    if pa.types.is_struct(kind):
        inside = [_typed(f, f"{key}/{f.name}", where, column, f"{path}.{f.name}".strip(".")) for f in kind]
        return {**told, "subField": inside}
    source = {**where, "extract": {"column": column}}
    if path:
        source["transform"] = {"jsonPath": path}
    return {**told, "dataType": _data_type(kind), "source": source}


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:Text"


def _offer(key: str) -> dict[str, Any]:
    """Return what a licence asks and forbids, in the vocabularies that have words for it."""
    told: dict[str, Any] = {"@type": ["sc:CreativeWork", "odrl:Offer"], "name": key}
    if url := url_of(key):
        told["url"] = url
    for bit, rule, action in _ACTIONS:
        if bit in bits_of(key):
            told.setdefault(rule, []).append({"odrl:action": {"@id": action}})
    return told


def _origin(source: SourceInput) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "prov:Entity",
        "@id": f"input/{source.name}",
        "prov:label": source.name,
        "prov:atLocation": source.uris,
        "description": f"{source.files:,} files, {source.bytes:,} bytes, {source.rows:,} rows read as {source.reader}.",
        "identifier": f"sha256:{source.digest}",
    }
    if source.revision:
        told["version"] = source.revision
    if source.license:
        told["license"] = source.license.expression
    return told


def _activity(version: Finished, number: int) -> dict[str, Any]:
    stage = version.manifest.stages[number]
    return {
        "@type": "prov:Activity",
        "@id": f"stage/{number}",
        "prov:label": stage.name,
        "description": f"{stage.rows_in:,} rows came in, {stage.rows_kept:,} went on; settings {stage.params_sha256}.",
        "prov:wasAssociatedWith": {
            "@type": "prov:SoftwareAgent",
            "prov:label": f"Licet {version.manifest.environment.get('licet', '')}".strip(),
        },
    }
