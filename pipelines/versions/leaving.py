"""Which rows a retraction takes out of a version, and why: those asked for, and those that are or resemble the same.

From a row that is asked for, a retraction spreads one step: to rows with the same content, to the row that stayed in
its stead at dedup, and to all whose text resembles that of one of these, by the threshold of the version's recipe and
its shingles, or by those of 5 words where it counts characters. It does not spread from what merely resembles, since
likeness is not passed on: a chain of it would take out rows that have nothing in common.

Columns of all rows are read once or twice, their texts once; what is held in memory are the rows that leave.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.redo.rows import row_groups
from licet.pipelines.verify.data import texts_of
from licet.pipelines.versions.requests import Request
from licet.schemas.dedup import Dedup
from licet.schemas.ledger import HELD
from licet.schemas.manifest import FileEntry, Manifest, Role
from licet.schemas.rows import SAYING
from licet.stages import storage
from licet.stages.retract import Matcher, asked, rules_table, text_rule
from licet.stages.retract.match import Columns
from licet.stages.retract.rules import Rule
from licet.stages.retract.stage import RETRACTED, RETRACTED_LATER

_SMALL = ("locator", "url", "content_sha256", "attribution", "evidence_id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """A row that leaves: where it is, why, and how alike it is where that was measured."""

    path: str
    place: int
    row_id: str
    locator: str
    evidence_id: str
    why: str
    similarity: float | None = None
    threshold: float | None = None

    def told(self, reference: str) -> dict[str, object]:
        """Return what the ledger says of it."""
        return {
            "stage": RETRACTED_LATER,
            "reason": RETRACTED,
            "detail": f"{reference}: {self.why}",
            "value": self.similarity,
            "threshold": self.threshold,
        }


@dataclass
class Survey:
    """Looks through the version in ``folder`` for what some requests take out of it."""

    folder: str
    manifest: Manifest
    dedup: Dedup
    requests: Sequence[Request]
    reference: str
    effective: str
    leaving: dict[tuple[str, int], Leaving] = field(default_factory=dict)
    kept_under: Counter[str] = field(default_factory=Counter)
    """Published rows that were asked for, by request."""
    refused_under: Counter[str] = field(default_factory=Counter)
    """Rows asked for that the ledger has already, by request."""
    contents: dict[str, str] = field(default_factory=dict)
    """Contents of rows asked for, and by which request."""
    stand_ins: dict[tuple[str, str], tuple[str, float | None, float | None]] = field(default_factory=dict)
    """Rows that stayed in the stead of a refused one that is asked for: its id, and the likeness of the two."""
    rules: pa.Table = field(init=False)
    _own: dict[Request, Rule] = field(init=False)

    def __post_init__(self) -> None:
        self._own = {request: self._rule(request) for request in self.requests}

    def look(self) -> "Survey":
        """Find the rows that leave, and the rules that keep them and their like out of later versions."""
        matcher = Matcher(rules_table(self._own.values()))
        self._look_in_ledger(matcher)
        self._look_for_asked(matcher)
        self._look_for_same()
        self.rules = rules_table([*self._own.values(), *self._rules_that_follow()])
        self._look_for_like()
        return self

    @property
    def absent(self) -> list[Request]:
        """Requests for what is neither in the data nor in the ledger."""
        met = self.kept_under + self.refused_under
        return [request for request in self.requests if not met[_name(self._own[request])]]

    def counts(self, request: Request) -> tuple[int, int]:
        """Return how many published and how many refused rows are asked for by a request."""
        name = _name(self._own[request])
        return self.kept_under[name], self.refused_under[name]

    def by_file(self) -> Mapping[str, list[Leaving]]:
        """Return the rows that leave by their file, in order."""
        found: dict[str, list[Leaving]] = {}
        for key in sorted(self.leaving):
            found.setdefault(key[0], []).append(self.leaving[key])
        return found

    def _rule(self, request: Request) -> Rule:
        if request.text is not None:
            return text_rule(request.text, self.dedup.words, self.dedup.threshold, self.reference, self.effective, None)
        return asked(request.kind, request.value, self.reference, self.effective)

    def _files(self, role: Role) -> list[FileEntry]:
        return sorted((f for f in self.manifest.files if f.role == role), key=lambda f: f.path)

    def _tables(
        self, role: Role, columns: Sequence[str], paths: Collection[str] | None = None
    ) -> Iterator[tuple[str, int, pa.Table]]:
        """Yield the files of a role, or those of ``paths``, by row groups: path, place of the first row, rows."""
        for entry in self._files(role):
            start = 0
            if paths is not None and entry.path not in paths:
                continue
            for table in row_groups(storage.join(self.folder, entry.path), columns):
                yield entry.path, start, table.combine_chunks()
                start += table.num_rows

    def _look_in_ledger(self, matcher: Matcher) -> None:
        """Note what of it was refused already, and which rows stayed in the stead of those, or in spite of them."""
        refused: dict[tuple[str, str], str] = {}
        names = ["id", "locator", "url", "content_sha256", "kept_id", "kept_locator", "value", "threshold", "reason"]
        for _, _, table in self._tables("ledger", names):
            ids, urls, contents = (table.column(name) for name in ("id", "url", "content_sha256"))
            columns = Columns(ids, urls, contents, pa.nulls(table.num_rows, pa.string()))
            for at, match in matcher.matches(columns).items():
                row = table.slice(at, 1).to_pylist()[0]
                name = _name(matcher.rule(match))
                self.refused_under[name] += 1
                told = row["id"] or row["locator"]
                refused[row["id"] or "", row["locator"]] = told
                if row["content_sha256"]:
                    self.contents.setdefault(row["content_sha256"], name)
                if row["kept_id"] and row["reason"] not in HELD:
                    place = row["kept_id"], row["kept_locator"] or ""
                    self.stand_ins.setdefault(place, (told, row["value"], row["threshold"]))
        if refused:
            self._look_at_objections(refused)

    def _look_at_objections(self, refused: Mapping[tuple[str, str], str]) -> None:
        names = ["id", "locator", "objection_id", "objection_locator", "similarity", "threshold"]
        for _, _, table in self._tables("objections", names):
            for row in table.to_pylist():
                told = refused.get((row["objection_id"], row["objection_locator"]))
                if told is not None:
                    place = row["id"], row["locator"]
                    self.stand_ins.setdefault(place, (told, row["similarity"], row["threshold"]))

    def _look_for_asked(self, matcher: Matcher) -> None:
        for path, start, table in self._tables("data", [self._id, *_SMALL]):
            ids, urls, contents, credits_ = (
                table.column(name) for name in (self._id, "url", "content_sha256", "attribution")
            )
            for at, match in matcher.matches(Columns(ids, urls, contents, credits_)).items():
                rule = matcher.rule(match)
                self.kept_under[_name(rule)] += 1
                self.contents.setdefault(contents[at].as_py(), _name(rule))
                self._leaves(path, start, at, table, _told(rule))

    def _look_for_same(self) -> None:
        """Add rows with the content of those asked for, and those that stayed in the stead of one."""
        if not self.contents:
            return
        known = pa.array(list(self.contents), pa.string())
        stayed = pa.array([row_id for row_id, _ in self.stand_ins], pa.string())
        for path, start, table in self._tables("data", [self._id, *_SMALL]):
            contents, ids = table.column("content_sha256"), table.column(self._id)
            for at in _where(pc.is_in(contents, value_set=known)):
                self._leaves(path, start, at, table, f"same text as {self.contents[contents[at].as_py()]}")
            for at in _where(pc.is_in(ids, value_set=stayed)):
                place = ids[at].as_py(), table.column("locator")[at].as_py() or ""
                if place in self.stand_ins:
                    of, similarity, threshold = self.stand_ins[place]
                    self._leaves(path, start, at, table, f"stood for {of}", similarity, threshold)

    def _rules_that_follow(self) -> Iterator[Rule]:
        """Yield a rule for the text of each row that leaves so far, and for contents of which there is no text."""
        known = set()
        by_file = self.by_file()
        for path, start, table in self._texts(by_file):
            here = [one for one in by_file[path] if start <= one.place < start + table.num_rows]
            told = table.take(pa.array([one.place - start for one in here], pa.int64()))
            for one, text in zip(here, texts_of(told), strict=True):
                rule = text_rule(
                    text.decode(),
                    self.dedup.words,
                    self.dedup.threshold,
                    self.reference,
                    self.effective,
                    one.why,
                )
                known.add(rule["value"])
                yield rule
        for content, name in self.contents.items():
            if content not in known:
                yield {**asked("sha256", content, self.reference, self.effective), "because": name}

    def _look_for_like(self) -> None:
        """Add rows whose text resembles a retracted one."""
        matcher = Matcher(self.rules)
        if not matcher.looks_at_texts:
            return
        for path, start, table in self._texts():
            texts = pa.array([text.decode() for text in texts_of(table)], pa.large_string())
            for at, likeness in matcher.likest(texts).items():
                rule = matcher.rule(likeness)
                if rule["because"] is None and (path, start + at) not in self.leaving:
                    self.kept_under[_name(rule)] += 1
                why = _told(rule) if rule["because"] is None else rule["because"]
                told = f"{likeness.similarity:.3f} like the text of {why}"
                self._leaves(path, start, at, table, told, likeness.similarity, rule["threshold"])

    def _texts(self, paths: Collection[str] | None = None) -> Iterator[tuple[str, int, pa.Table]]:
        columns = [self._id, "locator", "evidence_id", *(("text",) if self._id == "id" else SAYING)]
        return self._tables("data", columns, paths)

    @property
    def _id(self) -> str:
        return "uuid" if self.manifest.dataset.kind == "posttrain" else "id"

    def _leaves(
        self,
        path: str,
        start: int,
        at: int,
        table: pa.Table,
        why: str,
        similarity: float | None = None,
        threshold: float | None = None,
    ) -> None:
        self.leaving.setdefault(
            (path, start + at),
            Leaving(
                path=path,
                place=start + at,
                row_id=table.column(self._id)[at].as_py(),
                locator=table.column("locator")[at].as_py(),
                evidence_id=table.column("evidence_id")[at].as_py(),
                why=why,
                similarity=similarity,
                threshold=threshold,
            ),
        )


def _name(rule: Rule) -> str:
    return f"{rule['kind']} {rule['value']}"


def _told(rule: Rule) -> str:
    return f"{rule['kind']} {rule['value'][:16] if rule['kind'] == 'text' else rule['value']}"


def _where(mask: pa.ChunkedArray) -> list[int]:
    found: list[int] = pc.indices_nonzero(mask).to_pylist()
    return found
