"""Checks of the names that rows have: by their source, and by their text where it names them."""

import re

import pyarrow as pa

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version

_BY_TEXT = re.compile(r"sha256:([0-9a-f]{32})")


def check_names(table: pa.Table, id_column: str, place: str, version: Version, findings: Findings) -> None:
    """Check that ids begin with a source of the manifest, and that one made from a text is of the row's own."""
    known = {source.name for source in version.manifest.inputs}
    columns = (table.column(name).to_pylist() for name in (id_column, "source", "content_sha256"))
    for row_id, source, content in zip(*columns, strict=True):
        if source not in known:
            findings.add_rows("names", "of a source that the manifest does not name", place, 1, str(row_id or source))
        elif row_id is not None and not row_id.startswith(f"{source}/"):
            findings.add_rows("names", "with an id that is not of their source", place, 1, row_id)
        elif row_id is not None and content is not None:
            made = _BY_TEXT.fullmatch(row_id, len(source) + 1)
            if made is not None and not content.startswith(made[1]):
                findings.add_rows("names", "with an id that is not of their text", place, 1, row_id)
