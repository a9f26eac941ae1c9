"""What somebody asks to have taken out: an address, a site, a repository, a name, a row, or a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from licet.schemas.errors import InputError
from licet.schemas.retraction import KINDS, Kind
from licet.stages.retract.rules import normal


@dataclass(frozen=True)
class Request:
    """One thing asked for. ``value`` is as rules compare it; for a text it is where the text was read."""

    kind: Kind
    value: str
    text: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


def request_of(kind: Kind, value: str) -> Request:
    """Return a request; a text is read from the file that ``value`` names.

    Raises:
        InputError: the value says nothing, or the file is not a text.

    """
    if kind != "text":
        return Request(kind, normal(kind, value))
    try:
        text = Path(value).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{value} cannot be read as a text: {getattr(error, 'strerror', None) or error}") from error
    if not text.strip():
        raise InputError(f"{value} is empty: there is no text to look for")
    return Request("text", value, text)


def requests_in(path: str) -> Iterator[Request]:
    """Yield the requests that a file lists, one a line: ``domain example.org``. Lines with # in front are passed over.

    The files of texts are looked for beside the list.

    Raises:
        InputError: the list cannot be read, or a line is none.

    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a list of requests: {error}") from error
    for number, line in enumerate(lines, 1):
        kind, _, value = line.strip().partition(" ")
        if not kind or kind.startswith("#"):
            continue
        if kind not in KINDS:
            raise InputError(f"{path}, line {number}: '{kind}' is not one of {', '.join(KINDS)}")
        known: Kind = next(each for each in KINDS if each == kind)
        try:
            yield request_of(known, str(Path(path).parent / value.strip()) if kind == "text" else value)
        except InputError as error:
            raise InputError(f"{path}, line {number}: {error}") from error


def each_once(requests: Sequence[Request]) -> list[Request]:
    """Return requests in their order without repeats.

    Raises:
        InputError: there are none.

    """
    if not requests:
        raise InputError(
            f"say what is to be retracted: one of {', '.join(f'--{kind}' for kind in KINDS)}, or --from FILE"
        )
    return list(dict.fromkeys(requests))
