"""What came out of a run: the version, and what it took to make it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from licet.schemas.manifest import Manifest
from licet.stages import dedup

Counters: TypeAlias = Mapping[str, Mapping[str, int]]
"""What was counted, by stage and name."""

EFFORT = ("candidate_rows", "held_rows", "compared_pairs", "bounded_rows", "crowded_bands", "crowded_rows")
"""What is told of the search for duplicates; `licet.stages.dedup.deduplicate.Deduplicate` says what each is."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run made. ``seconds`` are those of the whole command, ``stage_seconds`` of all workers together."""

    folder: str
    manifest: Manifest
    seconds: float
    staging_seconds: float
    splits: int
    splits_reused: int
    stage_seconds: Mapping[str, float]
    cleaned: Mapping[str, int] = field(default_factory=dict)
    """Rows that lost lines before they were judged, and the lines that went, by reason; empty where none could."""
    counters: Counters = field(default_factory=dict)
    """What the runner counted in each stage; nothing where it counts nothing."""
    notes: Sequence[str] = ()
    """What is to be known of this run, beside what it made."""

    @property
    def effort(self) -> dict[str, int]:
        """What the search for duplicates met, as the runner counted it."""
        counted = self.counters.get(dedup.STAGE, {})
        return {name: counted[name] for name in EFFORT if name in counted}

    @property
    def digest(self) -> str:
        """The manifest digest."""
        return self.manifest.digest

    @property
    def rows_in(self) -> int:
        """Rows read, those that could not be read included."""
        return sum(source.rows for source in self.manifest.inputs)

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of the text of all rows read; of what could not be read, its bytes as found."""
        return self.manifest.stages[0].bytes_in

    @property
    def throughput(self) -> float:
        """MB of text per second of the whole command."""
        return self.text_bytes / 1e6 / max(self.seconds, 1e-9)

    def summary(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return {
            "version": self.folder,
            "digest": self.digest,
            "rows_in": self.rows_in,
            "rows_kept": self.manifest.rows.count,
            "refused": {
                f"{stage.name}.{refused.reason}": refused.rows
                for stage in self.manifest.stages
                for refused in stage.refused
            },
            "licences": {
                expression: sum(c.rows for c in self.manifest.licences if c.expression == expression)
                for expression in sorted({c.expression for c in self.manifest.licences})
            },
            "seconds": round(self.seconds, 3),
            "staging_seconds": round(self.staging_seconds, 3),
            "text_bytes": self.text_bytes,
            "splits": self.splits,
            "splits_reused": self.splits_reused,
            "stage_seconds": {name: round(spent, 3) for name, spent in self.stage_seconds.items()},
            **({"mixture": self.manifest.mixture.model_dump()} if self.manifest.mixture else {}),
            **({"dedup": dict(self.effort)} if self.effort else {}),
            **({"cleaned": dict(self.cleaned)} if self.cleaned else {}),
            "notes": list(self.notes),
        }
