"""Tables of other columns, types or without values: told of by verification, and by questions never as a crash."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lies import CLUSTERS, EVIDENCE, FIRST, INPUTS, LEDGER, MEASURES, STATEMENTS
from versions import finished, relist, some_parcels

from licet.pipelines.audit.conflicts import conflicts
from licet.pipelines.audit.explain import explain
from licet.pipelines.audit.explain import in_lines as explained
from licet.pipelines.audit.licenses import licenses
from licet.pipelines.audit.unknown import unknown
from licet.pipelines.audit.version import audited
from licet.pipelines.audit.why_not import in_lines as refused
from licet.pipelines.audit.why_not import why_not
from licet.pipelines.verify import verify
from licet.schemas.errors import VersionError

Odd = Callable[[pa.Table, str], pa.Table]


def dropped(table: pa.Table, name: str) -> pa.Table:
    return table.drop_columns([name])


def emptied(table: pa.Table, name: str) -> pa.Table:
    field = table.schema.field(name)
    at = table.schema.get_field_index(name)
    return table.set_column(at, pa.field(name, field.type), pa.nulls(table.num_rows, field.type))


def retyped(table: pa.Table, name: str) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, pa.array(range(table.num_rows), pa.int32()))


def garbled(table: pa.Table, name: str) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), pa.array(["\0[/x]\u202e MIT OR ("] * table.num_rows))


ODD = [
    (FIRST, "text", emptied),
    (FIRST, "text", retyped),
    (FIRST, "id", emptied),
    (FIRST, "source", emptied),
    (FIRST, "license", garbled),
    (FIRST, "license_tier", garbled),
    (FIRST, "license_grade", emptied),
    (FIRST, "evidence_id", retyped),
    (FIRST, "attribution", dropped),
    (MEASURES, "id", emptied),
    (MEASURES, "words", retyped),
    (MEASURES, "words", dropped),
    (LEDGER, "stage", emptied),
    (LEDGER, "stage", garbled),
    (LEDGER, "threshold", dropped),
    (LEDGER, "value", retyped),
    (LEDGER, "url", dropped),
    (EVIDENCE, "claims", emptied),
    (EVIDENCE, "claims", retyped),
    (EVIDENCE, "grade", emptied),
    (EVIDENCE, "policy", dropped),
    (EVIDENCE, "concluded", garbled),
    (STATEMENTS, "raw", emptied),
    (STATEMENTS, "sha256", garbled),
    (CLUSTERS, "similarity", retyped),
    (INPUTS, "bytes", emptied),
]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished version to be copied and garbled."""
    folder = tmp_path_factory.mktemp("honest")
    return finished(folder, some_parcels(folder))[0]


@pytest.mark.parametrize(("path", "column", "odd"), ODD, ids=[f"{o.__name__} {p} {c}" for p, c, o in ODD])
def test_an_odd_table_is_found_and_nothing_falls_over_it(
    tmp_path: Path, honest: Path, path: str, column: str, odd: Odd
) -> None:
    version = Path(shutil.copytree(honest, tmp_path / "version"))
    file = pq.ParquetFile(version / path)
    kept = {k: v for k, v in (file.metadata.metadata or {}).items() if k != b"ARROW:schema"}
    pq.write_table(odd(file.read(), column).replace_schema_metadata(kept), version / path)
    relist(version, path)
    found = verify(str(version))
    assert found
    assert all(finding.message.endswith(".") and finding.place for finding in found)
    with contextlib.suppress(VersionError), audited(str(version)) as opened:
        for ask in (licenses, unknown, conflicts):
            ask(opened)
        for row_id in ("test/a", "test/f"):
            told = explain(opened, row_id)
            assert told is None or explained(told)
        for row_id in ("test/x", "test/b", "test/y"):
            assert refused(why_not(opened, row_id))
