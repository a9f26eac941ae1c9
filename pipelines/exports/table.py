"""All exports of a version: where each is, what makes it, and the JSON Schema that it must meet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from licet.pipelines.exports.bill import BILL_PATH, write_bill
from licet.pipelines.exports.croissant import CROISSANT_PATH, write_croissant
from licet.pipelines.exports.eu_summary import SUMMARY_PATH, write_summary
from licet.pipelines.exports.finished import Finished, finished
from licet.pipelines.exports.notice import write_notice
from licet.pipelines.exports.texts import INDEX_PATH, write_texts
from licet.schemas.manifest import FileEntry, Manifest, Role


@dataclass(frozen=True)
class Export:
    """One export: its name on the command line, the role of its files, what writes them below a folder.

    ``path`` is the file that its ``schema`` (a name in ``schemas/exports``) speaks of; null where there is none.
    """

    name: str
    role: Role
    write: Callable[[Finished, str], list[FileEntry]]
    path: str | None = None
    schema: str | None = None


EXPORTS = (
    Export("notice", "attribution", write_notice),
    Export("licenses", "licenses", write_texts, INDEX_PATH, "licenses"),
    Export("bill", "bill", write_bill, BILL_PATH, "bill"),
    Export("croissant", "croissant", write_croissant, CROISSANT_PATH, "croissant"),
    Export("eu-summary", "summary", write_summary, SUMMARY_PATH, "eu-summary"),
)
ROLES: frozenset[Role] = frozenset(export.role for export in EXPORTS)


def write_exports(folder: str, manifest: Manifest, to: str, only: Iterable[str] = ()) -> list[FileEntry]:
    """Write the exports of the version in ``folder`` below the folder ``to``, and return what a manifest lists.

    They are functions of the manifest without its exports and of the files that it lists, so they can be made
    before the manifest is whole and again at any time, and are the same bytes. ``only`` names some; none means all.
    """
    chosen = set(only) or {export.name for export in EXPORTS}
    with finished(folder, manifest) as version:
        return [entry for export in EXPORTS if export.name in chosen for entry in export.write(version, to)]
