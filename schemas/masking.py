"""What a recipe says of personal data and secrets in texts, and what a version says of those it masked."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import pyarrow as pa
from pydantic import field_validator

from licet.schemas.sources import Settings

Kind = Literal["card", "email", "iban", "ip_address", "key", "phone"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MASKED = "masked"
"""The column of counts: a struct with a number for each kind that the recipe names."""
RULES = "licet-mask/1"
"""The rules by which spans are found; another name whenever they find others."""
PLACEHOLDERS: dict[Kind, str] = {kind: f"<{kind.upper()}>" for kind in KINDS}
ALLOW = (
    "*.example",
    "*.invalid",
    "*.test",
    "contoso.com",
    "contoso.onmicrosoft.com",
    "domain.com",
    "domain.tld",
    "example.com",
    "example.net",
    "example.org",
    "fabrikam.com",
    "mydomain.com",
    "yourcompany.com",
    "yourdomain.com",
    "donotreply@",
    "git@",
    "no-reply@",
    "noreply@",
    "users.noreply.github.com",
    "1.0.0.1",
    "1.1.1.1",
    "4.2.2.2",
    "8.8.4.4",
    "8.8.8.8",
    "9.9.9.9",
    "208.67.220.220",
    "208.67.222.222",
    "2001:4860:4860::8844",
    "2001:4860:4860::8888",
    "2606:4700:4700::1001",
    "2606:4700:4700::1111",
)
"""What is nobody's: names set aside by RFC 2606 or used in everybody's examples, senders that no one reads, logins of
repositories, open resolvers."""
_OPEN, _CLOSE = "<[{(", ">]})"


class Masking(Settings):
    """Personal data and secrets in texts, each replaced by the name of its kind; off unless kinds are named."""

    kinds: list[Kind] = []
    """What to mask, of `email`, `phone`, `ip_address` (public ones), `iban`, `card`, `key`; none by default."""
    placeholders: dict[Kind, str] = {}
    """What stands in their place where it is to differ from `<EMAIL>`, `<PHONE>` and so on: text in brackets."""
    allow: list[str] = []
    """What stays, beside names set aside for examples: `jane@x.org`, a local part `info@`, a domain, an IP network."""
    keep_notices: bool = True
    """Whether e-mail addresses stay on lines of a copyright notice, which most licences oblige one to keep."""

    @field_validator("kinds")
    @classmethod
    def _in_order(cls, kinds: list[Kind]) -> list[Kind]:
        return [kind for kind in KINDS if kind in kinds]

    @field_validator("placeholders")
    @classmethod
    def _bracketed(cls, given: dict[Kind, str]) -> dict[Kind, str]:
        for kind, text in given.items():
            inner = text[1:-1]
            if not text or (text[0], text[-1]) not in set(zip(_OPEN, _CLOSE, strict=True)) or not _is_plain(inner):
                raise ValueError(
                    f"the placeholder of {kind} is {text!r}: write letters, digits, spaces, _ or - in brackets, as in"
                    " `<EMAIL>` or `[e-mail]`, so that it joins nothing beside it and is not taken for data itself"
                )
            if sum(character.isdigit() for character in inner) > _MOST_DIGITS:
                raise ValueError(f"the placeholder of {kind} is {text!r}: more than {_MOST_DIGITS} digits may be data")
        return given

    @property
    def is_on(self) -> bool:
        """Whether anything is masked."""
        return bool(self.kinds)

    @property
    def params(self) -> dict[str, Any]:
        """What the manifest says that the stage was set to: the rules by name, and the settings."""
        return {"rules": RULES, **self.model_dump(mode="json")}

    def placeholder(self, kind: Kind) -> str:
        """Return what stands in the place of a kind."""
        return self.placeholders.get(kind, PLACEHOLDERS[kind])


_MOST_DIGITS = 4


def _is_plain(inner: str) -> bool:
    return 1 <= len(inner) <= 40 and all(c.isascii() and (c.isalnum() or c in " _-") for c in inner)


def masked_field(kinds: Sequence[str]) -> pa.Field:
    """Return the column that says how many spans of each kind were masked in a row."""
    return pa.field(MASKED, pa.struct([pa.field(kind, pa.int32()) for kind in kinds]))
