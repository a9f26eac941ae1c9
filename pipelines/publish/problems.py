"""What is wrong with a version, told all at once: a folder that is refused is mended once, not once for each fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from licet.schemas.errors import VersionError

TOLD = 20
"""So many problems are told; whoever has more begins with these."""


@dataclass
class Problems:
    """Gathers problems, each a sentence, in the order found."""

    found: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, sentence: str) -> None:
        """Add a problem, once."""
        if sentence not in self.found:
            self.found.append(sentence)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Turn the `VersionError` of a block into a problem, and go on after the block."""
        try:
            yield
        except VersionError as error:
            self.add(str(error))

    def raise_any(self) -> None:
        """Raise one `VersionError` with a line for each problem."""
        if not self.found:
            return
        more = len(self.found) - TOLD
        told = [*self.found[:TOLD], f"and {more:,} more."] if more > 0 else self.found
        raise VersionError("\n".join(told))
