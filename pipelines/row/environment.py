"""The sandbox that chat templates run in, as that of transformers (5.24): what renders there renders the same here.

Templates come from strangers. They see plain values, change none of them, and reach nothing of Python.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

Span = tuple[int, int]
"""The first and the end of some characters."""


class Generation(Extension):
    """`{% generation %}` … `{% endgeneration %}`: says which part of a conversation a trainer is to learn from."""

    tags: set[str] = {"generation"}  # noqa: RUF012 - jinja2 declares it so

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self._rendered: Sequence[str] | None = None
        self._spans: list[Span] = []
        environment.extend(followed=self.followed)

    def parse(self, parser: Parser) -> nodes.Node:
        """Return a call whose body is the block."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_noted"), [], [], body).set_lineno(line)

    @contextmanager
    def followed(self, rendered: Sequence[str]) -> Iterator[list[Span]]:
        """Give the spans of the blocks that are rendered meanwhile, behind what ``rendered`` holds."""
        self._rendered, self._spans = rendered, []
        try:
            yield self._spans
        finally:
            self._rendered = None

    def _noted(self, caller: Macro) -> str:
        text = str(caller())
        if self._rendered is not None:
            start = sum(map(len, self._rendered))
            self._spans.append((start, start + len(text)))
        return text


class _Dict:
    """`dict` without the attributes of a type, by which a template could leave the sandbox."""

    def __call__(self, *given: Any, **named: Any) -> dict[Any, Any]:
        return dict(*given, **named)

    def fromkeys(self, *given: Any) -> dict[Any, Any]:
        return dict.fromkeys(*given)


class _Namespace(Namespace):
    """`namespace` that takes no name of Python's own."""

    def __init__(*given: Any, **named: Any) -> None:
        self, *rest = given
        values = dict(*rest, **named)
        for name in values:
            _check_name(name)
        Namespace.__init__(self, values)

    def __setitem__(self, name: str, value: Any) -> None:
        _check_name(name)
        super().__setitem__(name, value)


def _check_name(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise SecurityError(f"a namespace takes no name that begins with an underscore, such as {name}")


def _raise_exception(message: str) -> None:
    raise TemplateError(message)


def _strftime_now(form: str) -> str:
    return datetime.now().strftime(form)


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def sandbox() -> ImmutableSandboxedEnvironment:
    """Return an environment in which chat templates can be compiled."""
    found = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    found.filters["tojson"] = _to_json
    given: Mapping[str, Any] = {
        "raise_exception": _raise_exception,
        "strftime_now": _strftime_now,
        "dict": _Dict(),
        "namespace": _Namespace,
    }
    found.globals.update(given)
    return found
