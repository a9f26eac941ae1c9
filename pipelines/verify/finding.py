"""What a check can find, and the names of the checks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CHECKS = {
    "manifest": "The manifest is there, is one, and holds the canonical bytes of what it says.",
    "files": "The folder holds exactly the files that the manifest lists, besides what a hub keeps there.",
    "hashes": "Each file has the size and the sha256 that the manifest gives.",
    "unreadable": "Each Parquet file can be read to its end.",
    "row_counts": "Each file has as many rows as the manifest says, and all shards together do.",
    "schemas": "Each Parquet file has the columns that the manifest says; all shards of a config have the same.",
    "footers": "Each shard's footer names the dataset and the policy of the manifest and counts its own licences.",
    "masked": "Rows count what was masked in them, as the manifest adds up; the same rules find nothing more in them.",
    "conversations": "No conversation has what the rules on turns refuse, judged again as it is published.",
    "mixture": "The mixture is that of rows and ledger; rows left only as it asks, the last drawn first.",
    "row_digest": "The digest over all rows is that of the manifest.",
    "content": "Each row's content_sha256 is that of its text.",
    "licences": "The licence histogram is that of the rows.",
    "buckets": "Each row's quality buckets are those of its scores, by the cut points of the manifest.",
    "languages": "The language histogram is that of the rows.",
    "totals": "Bytes and tokens of all rows add up to those of the manifest.",
    "evidence_ids": "Each row, kept or refused, names evidence that is there; a kept row always names some.",
    "evidence_counts": "Each evidence set counts the rows that were kept and refused under it.",
    "evidence_matches": "Each kept row has the licence, tier and grade that its evidence concludes.",
    "refusals": "Each row refused for its licence has its evidence's reason; one refused later, none.",
    "statements": "Each statement's sha256 is that of its words; there are exactly those that the evidence cites.",
    "conclusions": "Concluded again from the stored words, each evidence set is what is stored, its id included.",
    "policy_list": "The policy lists exactly the ids that its tiers come to; one named like a preset is that preset.",
    "policy": "The policy, applied again to the evidence of the kept rows, admits each, with the same tier and choice.",
    "attribution": "Each kept row whose licence asks for it has a credit, with its address and the licence used.",
    "ledger_counts": "The ledger has, for each stage and reason, the rows and bytes that the manifest counts.",
    "measures": "Each row that came to the heuristics has its values, and these, decided again, lead to its fate.",
    "contamination": "What was found of evaluation sets adds up, is in the kept rows, and led to each row's fate.",
    "conservation": "What comes into a stage goes on or is in the ledger, and stages follow on each other.",
    "kept_rows": "Each row refused for another's sake names a row that was kept, or that a later stage refused.",
    "similarity": "Each such row has a measured similarity at or above the threshold, which is the recipe's.",
    "clusters": "The clusters table says what the ledger says.",
    "index": "Each row's fingerprints in the dedup index are those of its text, by the settings of the recipe.",
    "against": "Each row that an earlier version has names a pinned one, and was measured; none is published again.",
    "objections": "Each objection is a refused row's, at or above the threshold, and was heard as the policy says.",
    "retractions": "No row meets what was retracted; each row refused for it does, by a stage set to these rules.",
    "cluster_sizes": "Each kept row counts the rows that it stands for.",
    "once": "No row is in it twice: kept and refused, or twice in either.",
    "names": "Each row is of a source that the manifest names, and its id is of its source, or of its text.",
    "inputs": "The list of input files adds up to the manifest's inputs.",
    "recipe": "The recipe beside it names the dataset, policy, sources and declared licences of the manifest.",
    "parent": "A version made from another one names it, has its inputs, and no row that it does not have.",
    "parameters": "Each stage's parameters have the sha256 beside them, and are the recipe's and the policy's.",
    "exports": "Each export (credits, licence texts, bill, Croissant, EU summary) is what the version makes it.",
    "export_shapes": "Each export meets its JSON Schema.",
    "attestations": "The attested statements are those of this version, and say nothing else.",
    "signatures": "Each key that is given has signed every statement and that the version was checked.",
}
"""The checks by name: what holds when they find nothing."""


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: the check's name, a sentence, and where."""

    check: str
    message: str
    place: str


@dataclass
class Findings:
    """Gathers findings. Of faults in rows it keeps the count and the first of each check and place."""

    found: list[Finding] = field(default_factory=list)
    _rows: dict[tuple[str, str, str], tuple[int, str]] = field(default_factory=dict)

    def add(self, check: str, message: str, place: str) -> None:
        """Add a finding."""
        if check not in CHECKS:
            raise ValueError(f"there is no check {check}")
        self.found.append(Finding(check, message, place))

    def add_rows(self, check: str, fault: str, place: str, rows: int, first: str) -> None:
        """Add rows with the same fault at one place; ``first`` names one of them."""
        if rows:
            key = (check, place, fault)
            count, example = self._rows.get(key, (0, first))
            self._rows[key] = (count + rows, example)

    def expect(self, check: str, what: str, told: object, is_now: object, place: str) -> bool:
        """Add a finding unless what the manifest tells is what is there now."""
        if told == is_now:
            return True
        self.add(check, f"{what} should be {told} and is {is_now}.", place)
        return False

    def all(self) -> list[Finding]:
        """Return all findings, in the order of `CHECKS`, then by place."""
        rows = [
            Finding(check, f"{count:,} {'row' if count == 1 else 'rows'} {fault}, the first is {first}.", place)
            for (check, place, fault), (count, first) in self._rows.items()
        ]
        order = list(CHECKS)
        return sorted([*self.found, *rows], key=lambda f: (order.index(f.check), f.place, f.message))

    @contextmanager
    def reading(self, place: str) -> Iterator[None]:
        """Turn what reading a broken file raises into a finding."""
        try:
            yield
        except (OSError, ValueError, KeyError) as error:
            self.add("unreadable", f"The file cannot be read: {' '.join(str(error).split())[:200]}.", place)
