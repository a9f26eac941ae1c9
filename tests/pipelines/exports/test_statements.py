import json
from pathlib import Path

import pytest
from versions import manifest_of

from licet.pipelines.exports.shape import misfits
from licet.pipelines.exports.statements import AUDIT, PROVENANCE, RESULT, statements, verification_result
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, Parent, canonical_json


def test_a_run_leaves_what_follows_from_its_manifest_a_line_each(books: Path) -> None:
    lines = (books / ATTESTATIONS_PATH).read_bytes().splitlines()
    assert lines == [canonical_json(told) for told in statements(manifest_of(books))]
    assert [json.loads(line)["predicateType"] for line in lines] == [PROVENANCE, AUDIT]


def test_subjects_are_the_data_and_the_manifest(books: Path) -> None:
    manifest = manifest_of(books)
    data = [(file.path, file.sha256) for file in manifest.files if file.role == "data"]
    for told in statements(manifest):
        subjects = [(subject["name"], subject["digest"]["sha256"]) for subject in told["subject"]]
        assert subjects == [*data, (MANIFEST_PATH, manifest.digest)]


def test_provenance_names_recipe_inputs_models_and_parent(books: Path) -> None:
    manifest = manifest_of(books).model_copy(update={"parent": Parent(name="books", sha256="a" * 64)})
    build = statements(manifest)[0]["predicate"]["buildDefinition"]
    assert [told["name"] for told in build["resolvedDependencies"]] == [
        "provenance/inputs.parquet", "test", "model/wiki", "policy/open-definition-2.1", "version/books"
    ]  # fmt: skip
    assert build["externalParameters"]["recipe"]["name"] == "provenance/recipe.yaml"


def test_the_audit_holds_the_histogram_and_the_balance(books: Path) -> None:
    manifest = manifest_of(books)
    told = statements(manifest)[1]["predicate"]
    assert told["licences"] == [count.model_dump(mode="json") for count in manifest.licences]
    assert told["balances"][1] == {
        "stage": "license", "rowsIn": 12, "rowsKept": 10, "refused": {"non_commercial": 2}
    }  # fmt: skip
    assert told["rows"]["digest"] == manifest.rows.digest


def test_no_statement_of_a_run_names_a_time_or_a_place(books: Path) -> None:
    text = (books / ATTESTATIONS_PATH).read_text(encoding="utf-8")
    assert str(books.parent) not in text
    assert not {"startedOn", "finishedOn", "invocationId", "timeCreated"} & set(text.split('"'))


def test_a_result_lists_the_checks_that_held(books: Path) -> None:
    told = verification_result(manifest_of(books), ["row_digest"], "2026-01-02T03:04:05Z")
    assert (told["predicateType"], told["predicate"]["properties"]) == (RESULT, ["LICET_ROW_DIGEST"])


@pytest.mark.parametrize("number", [0, 1])
def test_statements_meet_their_schema(books: Path, number: int) -> None:
    assert misfits("statement", statements(manifest_of(books))[number]) == []
