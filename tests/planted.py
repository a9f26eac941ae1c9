"""Lies that add up: every count, hash and digest is made right again, and the facts still give them away."""

from pathlib import Path

from judged import BY_EVIDENCE, MIT_EVIDENCE, NC_EVIDENCE, sha
from lies import (
    EVIDENCE,
    FIRST,
    INDEX,
    INPUTS,
    LEDGER,
    MEASURES,
    RECIPE,
    SECOND,
    STATEMENTS,
    Lie,
    Planted,
    Rows,
    Told,
    both,
    in_manifest,
    in_rows,
    in_text,
    of_claim,
    of_policy,
    of_row,
    of_set,
    put,
    well,
)
from versions import change_manifest, change_rows

from licet.schemas.manifest import MANIFEST_PATH

BY = f"{EVIDENCE}#{BY_EVIDENCE}"
MIT = f"{EVIDENCE}#{MIT_EVIDENCE}"
NC = f"{EVIDENCE}#{NC_EVIDENCE}"
POLICY = f"{MANIFEST_PATH}#policy"


def new_words(old: str, new: str) -> Lie:
    """Put other words in a claim's mouth, with the right sha256, and let the evidence cite them."""

    def cites(rows: Rows) -> None:
        for row in rows:
            for claim in row["claims"]:
                if claim["source_sha256"] == sha(old):
                    claim.update(sha256=sha(new), source_sha256=sha(new), snippet=new)

    def says(rows: Rows) -> None:
        for row in rows:
            if row["raw"] == old:
                row.update(sha256=sha(new), raw=new)
        rows.sort(key=lambda row: str(row["sha256"]))

    return both(in_rows(STATEMENTS, says), in_rows(EVIDENCE, cites))


def moved(row_id: str) -> Lie:
    """Take a row out of the ledger and put it into the data, as a copy of one that is there."""

    def lie(version: Path) -> None:
        taken: list[Told] = []
        change_rows(version, LEDGER, lambda rows: taken.extend(r for r in rows if r["id"] == row_id))
        change_rows(version, LEDGER, lambda rows: rows.remove(next(r for r in rows if r["id"] == row_id)))
        (row,) = taken
        named = {name: row[name] for name in ("id", "locator", "evidence_id")}
        change_rows(version, FIRST, lambda rows: rows.append({**rows[0], **named, "cluster_size": 1}))

    return lie


def parent_of(**more: str | None) -> Lie:
    """Name a parent."""
    parent = {"name": "books", "version": None, "sha256": "e" * 64, **more}
    return in_manifest(lambda m: m.update(parent=parent))


def of_measures(row_id: str, **values: object) -> Lie:
    """Lie about what was measured of one row."""
    return in_rows(MEASURES, lambda rows: [row.update(values) for row in rows if row["id"] == row_id])


def without_measures(version: Path) -> None:
    """Take away what was measured of all rows."""
    change_manifest(version, lambda m: m.update(files=[f for f in m["files"] if f["role"] != "measures"]))
    for path in (version / "provenance" / "measures").iterdir():
        path.unlink()


def without_index(version: Path) -> None:
    """Take away the fingerprints of one shard."""
    change_manifest(version, lambda m: m.update(files=[f for f in m["files"] if f["path"] != INDEX]))
    (version / INDEX).unlink()


def held_by(label: str, **values: object) -> Lie:
    """Let an earlier version have a row that was refused as a duplicate."""
    held = {"reason": "already_published", "detail": label, **values}
    return in_rows(LEDGER, lambda rows: [r.update(held) for r in rows if r["id"] == "test/b"])


def against(**more: object) -> Lie:
    """Name an earlier version."""
    earlier = {"name": "books", "version": None, "sha256": "e" * 64, "rows": 3, **more}
    return in_manifest(lambda m: m.update(against=[earlier]))


def stage(manifest: Told, name: str) -> Told:
    (found,) = (stage for stage in manifest["stages"] if stage["name"] == name)
    return found


PLANTED = [
    # The dedup index, and earlier versions.
    Planted("a fingerprint of another text", "index", INDEX, in_rows(INDEX, put(0, exact=1))),
    Planted("the fingerprints of another row", "index", INDEX, in_rows(INDEX, put(0, id="test/q"))),
    Planted("fingerprints in disorder", "index", INDEX, in_rows(INDEX, lambda rows: rows.reverse())),
    Planted("fingerprints of fewer rows", "index", "row groups", in_rows(INDEX, lambda rows: rows.pop())),
    Planted("a shard without fingerprints", "index", "is not listed", without_index),
    Planted("an earlier version that nobody named", "against", "against should be 0 and is 1", against()),
    Planted("a row that an unknown version has", "against", "does not name", well(held_by("books sha256:" + "f" * 64))),
    Planted("a row held for less", "against", "similarity", well(held_by("books", value=0.5), against())),
    Planted("a row held for nothing", "against", "without the row", well(held_by("books", kept_id=None), against())),
    # Statements: the words themselves.
    Planted("words that changed", "statements", STATEMENTS, in_rows(STATEMENTS, put(0, raw="CC0-1.0"))),
    Planted("words that are gone", "statements", EVIDENCE, in_rows(STATEMENTS, lambda rows: rows.pop())),
    Planted(
        "words that nobody said",
        "statements",
        "no evidence cites",
        in_rows(STATEMENTS, lambda rows: rows.append({"raw": "MIT", "sha256": "f" * 64})),
    ),
    Planted("words in disorder", "statements", "cannot be looked up", in_rows(STATEMENTS, lambda rows: rows.reverse())),
    Planted("words under no sha256", "statements", "cannot be looked up", in_rows(STATEMENTS, put(0, sha256="words"))),
    Planted("other words, cited right", "conclusions", NC, well(new_words("CC-BY-NC-4.0", "CC-BY-4.0"))),
    Planted(
        "an address that moved",
        "conclusions",
        BY,
        well(
            new_words("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/")
        ),
    ),
    # Evidence: what was read and concluded.
    Planted("a claim that is read otherwise", "conclusions", NC, well(of_claim(NC_EVIDENCE, expression="CC-BY-4.0"))),
    Planted("a claim that is trusted more", "conclusions", BY, well(of_claim(BY_EVIDENCE, grade="A"))),
    Planted("a claim that covers more", "conclusions", BY, well(of_claim(BY_EVIDENCE, scope="work"))),
    Planted("a claim that is surer", "conclusions", BY, well(of_claim(BY_EVIDENCE, confidence=0.5))),
    Planted("a claim with another quote", "conclusions", BY, well(of_claim(BY_EVIDENCE, snippet="all free"))),
    Planted("a claim from elsewhere", "conclusions", BY, well(of_claim(BY_EVIDENCE, locator="#other"))),
    Planted("a claim of another kind", "conclusions", NC, well(of_claim(NC_EVIDENCE, kind="spdx_header"))),
    Planted("a claim with an address", "conclusions", BY, well(of_claim(BY_EVIDENCE, url="https://example.org/"))),
    Planted("a claim without its flags", "conclusions", BY, well(of_claim(BY_EVIDENCE, flags=["odd"]))),
    Planted("a claim taken out", "conclusions", MIT, well(of_set(MIT_EVIDENCE, claims=[]))),
    Planted("a licence nobody stated", "conclusions", NC, well(of_set(NC_EVIDENCE, concluded="CC-BY-4.0"))),
    Planted("a refusal that is none", "conclusions", NC, well(of_set(NC_EVIDENCE, reason=None))),
    Planted("a refusal for less", "conclusions", NC, well(of_set(NC_EVIDENCE, reason="not_permitted"))),
    Planted("a milder tier of what was refused", "conclusions", NC, well(of_set(NC_EVIDENCE, tier="attribution"))),
    Planted("a better grade of what was refused", "conclusions", NC, well(of_set(NC_EVIDENCE, grade="A"))),
    Planted("a flag taken away", "conclusions", BY, well(of_set(BY_EVIDENCE, flags=["version_missing"]))),
    Planted(
        "evidence under another name",
        "conclusions",
        "0" * 32,
        well(
            of_set(NC_EVIDENCE, evidence_id="0" * 32),
            in_rows(
                LEDGER, lambda rows: [r.update(evidence_id="0" * 32) for r in rows if r["evidence_id"] == NC_EVIDENCE]
            ),
        ),
    ),
    Planted("a choice among one", "policy", MIT, well(of_set(MIT_EVIDENCE, elected="MIT"))),
    Planted(
        "a set twice",
        "evidence_counts",
        MIT,
        in_rows(EVIDENCE, lambda rows: rows.append(dict(rows[[r["evidence_id"] for r in rows].index(MIT_EVIDENCE)]))),
    ),
    # The policy.
    Planted(
        "an id more on the list",
        "policy_list",
        POLICY,
        well(of_policy(lambda rules: rules["licenses"].append("CC-BY-NC-4.0"))),
    ),
    Planted(
        "an id less on the list",
        "policy_list",
        "does not list",
        well(of_policy(lambda rules: rules["licenses"].remove("MIT"))),
    ),
    Planted(
        "a preset with a tier more",
        "policy_list",
        "open-definition-2.1",
        well(of_policy(lambda rules: rules["tiers"].append("non-commercial"))),
    ),
    Planted(
        "a preset that asks for less",
        "policy_list",
        "min_grade",
        well(of_policy(lambda rules: rules.update(min_grade="F"))),
    ),
    Planted(
        "a preset that is less sure",
        "policy_list",
        "min_confidence",
        well(of_policy(lambda rules: rules.update(min_confidence=0.1))),
    ),
    Planted(
        "a preset with an exception more",
        "policy_list",
        "exceptions",
        well(of_policy(lambda rules: rules["exceptions"].update({"Classpath-exception-2.0": ["MIT"]}))),
    ),
    Planted(
        "a licence allowed that nobody knows",
        "policy_list",
        "does not hold up",
        well(of_policy(lambda rules: rules["allow"].append("No-Such-1.0"))),
    ),
    Planted("a list in disorder", "policy_list", "sorted", well(of_policy(lambda rules: rules["licenses"].reverse()))),
    Planted(
        "a policy of another name",
        "recipe",
        "open-definition-2.1",
        well(of_policy(lambda rules: rules.update(id="ours"))),
    ),
    # Rows: data.
    Planted(
        "a licence milder than its evidence",
        "evidence_matches",
        EVIDENCE,
        well(of_row("test/f", SECOND, license="MIT")),
    ),
    Planted(
        "a tier milder than its evidence",
        "evidence_matches",
        EVIDENCE,
        well(of_row("test/f", SECOND, license_tier="public-domain")),
    ),
    Planted(
        "a grade better than its evidence",
        "evidence_matches",
        EVIDENCE,
        well(of_row("test/f", SECOND, license_grade="A")),
    ),
    Planted(
        "a row on refused evidence",
        "evidence_matches",
        EVIDENCE,
        well(of_row("test/f", SECOND, evidence_id=NC_EVIDENCE)),
    ),
    Planted("a row on no evidence", "evidence_ids", SECOND, well(of_row("test/f", SECOND, evidence_id=None))),
    Planted("a text that was swapped", "content", FIRST, well(of_row("test/a", text="another text"))),
    Planted(
        "a credit for another licence",
        "attribution",
        FIRST,
        well(of_row("test/a", attribution="a by b, licensed under CC0-1.0")),
    ),
    Planted("a credit without the address", "attribution", FIRST, well(of_row("test/a", url="https://example.org/a"))),
    Planted("a credit taken away", "attribution", FIRST, well(of_row("test/a", attribution=None))),
    Planted("a row that stands for more", "cluster_sizes", FIRST, well(of_row("test/a", cluster_size=3))),
    Planted("a row that stands for none", "cluster_sizes", FIRST, well(of_row("test/a", cluster_size=1))),
    Planted("a row of another source", "names", FIRST, well(of_row("test/a", source="web"))),
    Planted("an id of another source", "names", FIRST, well(of_row("test/a", id="web/a"))),
    Planted("an id of another text", "names", SECOND, well(of_row("test/f", SECOND, id="test/sha256:" + "0" * 32))),
    Planted("a row that is there twice", "once", FIRST, well(in_rows(FIRST, lambda rows: rows.append(dict(rows[0]))))),
    Planted("a refused row slipped in", "evidence_matches", EVIDENCE, well(moved("test/x"))),
    Planted(
        "a refused row in the data too", "once", LEDGER, well(of_row("test/f", SECOND, id="test/x", locator="x.txt"))
    ),
    # Rows: the ledger.
    Planted("a refusal for another reason", "refusals", NC, well(in_rows(LEDGER, put(0, reason="no_license")))),
    Planted(
        "a licence that a later stage refused",
        "refusals",
        NC,
        well(in_rows(LEDGER, put(0, stage="quality", reason="low_quality"))),
    ),
    Planted(
        "a licence refusal of what was admitted",
        "refusals",
        MIT,
        well(
            in_rows(
                LEDGER,
                lambda rows: [
                    r.update(stage="license", reason="not_permitted", kept_id=None, kept_locator=None)
                    for r in rows
                    if r["id"] == "test/b"
                ],
            )
        ),
    ),
    Planted(
        "a refusal without a trace",
        "evidence_ids",
        "provenance/ledger",
        well(in_rows(LEDGER, put(0, evidence_id="0" * 32))),
    ),
    Planted("a refusal told twice", "once", LEDGER, well(in_rows(LEDGER, lambda rows: rows.append(dict(rows[0]))))),
    Planted("a refusal of another source", "names", LEDGER, well(in_rows(LEDGER, put(0, source="web")))),
    Planted("a refusal of another's id", "names", LEDGER, well(in_rows(LEDGER, put(0, id="web/x")))),
    Planted(
        "a lower bound for copies",
        "similarity",
        LEDGER,
        well(in_rows(LEDGER, lambda rows: [r.update(value=0.4, threshold=0.3) for r in rows if r["id"] == "test/b"])),
    ),
    Planted(
        "a similarity below the bound",
        "similarity",
        LEDGER,
        well(in_rows(LEDGER, lambda rows: [r.update(value=0.4) for r in rows if r["id"] == "test/b"])),
    ),
    Planted(
        "a copy of what is nowhere",
        "kept_rows",
        LEDGER,
        well(in_rows(LEDGER, lambda rows: [r.update(kept_id="test/q") for r in rows if r["id"] == "test/b"])),
    ),
    Planted(
        "an unknown stage", "conservation", MANIFEST_PATH, well(in_rows(LEDGER, put(0, stage="whim", evidence_id=None)))
    ),
    # What the heuristics measured.
    Planted("a value that would have let it in", "measures", "let in", of_measures("test/y", words=5.0)),
    Planted("a value other than the ledger's", "measures", LEDGER, of_measures("test/y", words=0.5)),
    Planted("a value that would have kept it out", "measures", "too_few_words", of_measures("test/a", words=0.0)),
    Planted("a refusal of what was kept", "measures", FIRST, of_measures("test/a", words=0.0, reason="too_few_words")),
    Planted("a value that is no number", "measures", MEASURES, of_measures("test/a", words=float("nan"))),
    Planted("measures of a row that is nowhere", "measures", MEASURES, of_measures("test/b", id="test/q")),
    Planted(
        "measures of a row twice", "measures", MEASURES, in_rows(MEASURES, lambda rows: rows.append(dict(rows[0])))
    ),
    Planted("a row without measures", "measures", FIRST, in_rows(MEASURES, lambda rows: rows.pop(0))),
    Planted("no measures", "measures", MANIFEST_PATH, without_measures),
    Planted(
        "measures that the recipe does not keep",
        "measures",
        "keeps none",
        in_text(RECIPE, "keep_values: true", "keep_values: false"),
    ),
    Planted(
        "a bound that is not the recipe's",
        "measures",
        "too_few_words",
        in_text(RECIPE, "min_words: 1.0", "min_words: 9.0"),
    ),
    Planted(
        "a refusal at another bound",
        "measures",
        LEDGER,
        well(in_rows(LEDGER, lambda rows: [r.update(threshold=2.0) for r in rows if r["id"] == "test/y"])),
    ),
    # The recipe, the inputs, the chain.
    Planted("another recipe", "recipe", RECIPE, in_text(RECIPE, "name: books", "name: films")),
    Planted("a recipe that is none", "recipe", "cannot be read", in_text(RECIPE, "kind: pretrain", "kind: [")),
    Planted(
        "another declaration in the recipe",
        "recipe",
        f"{RECIPE}#test",
        in_text(RECIPE, "expression: MIT", "expression: CC0-1.0"),
    ),
    Planted(
        "another declaration in the manifest",
        "recipe",
        f"{RECIPE}#test",
        in_manifest(lambda m: m["inputs"][0]["license"].update(expression="CC0-1.0")),
    ),
    Planted(
        "another revision", "recipe", f"{RECIPE}#test", in_manifest(lambda m: m["inputs"][0].update(revision="v2"))
    ),
    Planted("another reader", "recipe", f"{RECIPE}#test", in_manifest(lambda m: m["inputs"][0].update(reader="warc"))),
    Planted("another description", "recipe", RECIPE, in_text(RECIPE, "description: Some", "description: Other")),
    Planted(
        "a recipe under another policy",
        "recipe",
        RECIPE,
        in_text(RECIPE, "policy: open-definition-2.1", "policy: pd-only"),
    ),
    Planted(
        "other settings for copies",
        "parameters",
        f"{MANIFEST_PATH}#dedup",
        well(in_manifest(lambda m: stage(m, "dedup")["params"].update(threshold=0.3))),
    ),
    Planted(
        "other settings for the shape",
        "parameters",
        f"{MANIFEST_PATH}#heuristics",
        well(in_manifest(lambda m: stage(m, "heuristics")["params"].update(profile="basic"))),
    ),
    Planted(
        "a stage under another policy",
        "parameters",
        f"{MANIFEST_PATH}#license",
        well(in_manifest(lambda m: stage(m, "license")["params"].update(policy="pd-only"))),
    ),
    Planted(
        "a source that is not there",
        "conservation",
        f"{MANIFEST_PATH}#ghost",
        in_manifest(lambda m: m["inputs"].append({**m["inputs"][0], "name": "ghost"})),
    ),
    Planted(
        "an input more",
        "inputs",
        f"{INPUTS}#test",
        in_rows(INPUTS, lambda rows: rows.append({**rows[0], "name": "z.jsonl"})),
    ),
    Planted("a parent of another name", "parent", f"{MANIFEST_PATH}#parent", parent_of(name="films")),
]
