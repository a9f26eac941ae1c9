"""Why a reader could not make a row of what it found. Each is a ledger row of the stage ``ingest``."""

from typing import NamedTuple

STAGE = "ingest"

REASONS: dict[str, str] = {
    "bad_http_status": "The page was not answered with 200; value is the status.",
    "bad_json": "The line or item is not JSON; for a JSON array everything after it is lost with it.",
    "binary": "The file holds NUL bytes or many control characters, so it is not text.",
    "empty_text": "The text is empty or white space.",
    "invalid_utf8": "The bytes are not UTF-8, or the text has half of a surrogate pair; nothing is replaced.",
    "missing_text": "The row has no text: the field is absent or null.",
    "no_preference": "The row prefers none of its answers: a tie, or equal ranks or scores; detail names the field.",
    "no_text": "The page has no text once its markup is gone.",
    "not_an_object": "The line is JSON, but not an object with fields.",
    "not_html": "The answer is of another kind than HTML; detail is its media type.",
    "too_deep": "The page nests its elements deeper than 2,000 within each other, as no page does that people read.",
    "too_large": "The row is larger than the recipe's max_row_bytes and was skipped unread; value is its bytes.",
    "truncated": "The file ends early; what came before it was read, this row stands for the rest.",
    "unknown_shape": "The row does not fit the shape of its source; detail says where.",
    "unreadable": "The file or the part of it is damaged; this row stands for all of it from there on.",
    "wrong_type": "The field holds something else than text; detail names field and type.",
}


class Refusal(NamedTuple):
    """One piece of input that is no row: what becomes a row of the ledger.

    ``size`` is the bytes of the piece, where they are known; ``id`` the row's natural id, where it has one.
    """

    reason: str
    locator: str
    detail: str | None = None
    value: float | None = None
    threshold: float | None = None
    size: int | None = None
    id: str | None = None
    url: str | None = None


class Damaged(Exception):  # noqa: N818
    """A stream that cannot be read any further.

    ``reason`` is a key of `REASONS`. ``offset`` is where the unread rest begins, and ``members`` how many
    compressed members were whole before it.
    """

    def __init__(self, reason: str, detail: str, offset: int = 0, members: int = 0):
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.offset = offset
        self.members = members


class Misshapen(ValueError):  # noqa: N818
    """A row that does not fit the shape of its source; the message says where."""
