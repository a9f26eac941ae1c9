"""robots.txt (RFC 9309): what it says of training on a site's pages.

Three things are heard: that a crawler which gathers texts for training may not fetch a path; what a group says of use
(``Content-Usage`` of draft-ietf-aipref-attach-05, ``Content-Signal`` of draft-romm-aipref-contentsignals-00), each with
an optional path before it; and ``License``, which leads to terms (RSL 1.0). A ``Disallow`` for all crawlers is about
fetching, not about training, and says nothing here; a path that a group may not fetch has no preferences of use either.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from licet.schemas.evidence import Claim
from licet.stages.ingest.path_rules import closest

MAX_BYTES = 512_000
"""Bytes that are read: RFC 9309 asks for 500 KiB at least."""
MAX_LINES = 20_000
MAX_WORDS = 1000
TRAINERS = frozenset(
    {
        *("gptbot", "google-extended", "claudebot", "anthropic-ai", "claude-web", "ccbot", "applebot-extended"),
        *("meta-externalagent", "facebookbot", "bytespider", "amazonbot", "cohere-ai", "cohere-training-data-crawler"),
        *("ai2bot", "ai2bot-dolma", "diffbot", "omgili", "omgilibot", "webzio-extended", "pangubot", "timpibot"),
    }
)
"""Product tokens of crawlers, and of controls that are none, by which publishers keep texts from training: as their
operators describe them in 2026. Those that fetch for search or on a user's behalf are not among them."""
_HINT = re.compile(
    rb"content-usage|content-signal|^[ \t]*license[ \t]*:|" + "|".join(sorted(TRAINERS)).encode(), re.I | re.M
)
_USES = ("content-usage", "content-signal")


@dataclass
class Group:
    """The rules for one crawler: paths it may (True) or may not fetch, and preferences of use by their path."""

    fetching: list[tuple[str, bool]] = field(default_factory=list)
    uses: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def forbidding(self, path: str) -> str | None:
        """Return the pattern for which a path may not be fetched; None where it may. Equal claims allow."""
        found = closest(self.fetching, path)
        return found[0][0] if found and not any(allowed for _, allowed in found) else None


@dataclass
class Robots:
    """What a robots.txt says of training: groups by product token, and addresses of terms."""

    groups: dict[str, Group]
    licenses: tuple[str, ...]

    def claims(self, path: str) -> Iterator[Claim]:
        """Yield what is said of one path; crawlers that are kept out by the same rule are named together."""
        kept_out: dict[str, list[str]] = {}
        for agent, group in sorted(self.groups.items()):
            pattern = group.forbidding(path)
            if pattern is not None:
                if agent != "*":
                    kept_out.setdefault(pattern, []).append(agent)
                continue
            for name, rules in sorted(group.uses.items()):
                for _, words in closest(rules, path):
                    yield _signal(f"{name}: {words}", f"/robots.txt#user-agent={agent}")
        for pattern, agents in sorted(kept_out.items()):
            yield _signal(f"robots.txt: disallow: {pattern} for {', '.join(agents)}", "/robots.txt#disallow")


def speaks(body: bytes) -> bool:
    """Tell whether a robots.txt may say anything of training."""
    return _HINT.search(body) is not None


def read_robots(body: bytes) -> Robots:
    """Return what a robots.txt says of training; what is no line of it is passed over."""
    groups: dict[str, Group] = {}
    licenses: list[str] = []
    agents: list[str] = []
    is_naming = False
    for line in body[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines()[:MAX_LINES]:
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), " ".join(value.split())
        if key == "license" and colon:
            # An address may hold what looks like a comment.
            licenses.append(line.partition(":")[2].split()[0] if line.partition(":")[2].split() else "")
        elif key == "user-agent":
            agents = [*(agents if is_naming else []), value.partition("/")[0].strip().lower()]
            is_naming = True
        elif colon and key:
            is_naming = False
            for agent in agents:
                if agent == "*" or agent in TRAINERS:
                    _add(groups.setdefault(agent, Group()), key, value)
    return Robots(groups, tuple(dict.fromkeys(each for each in licenses if each)))


def _add(group: Group, key: str, value: str) -> None:
    if key in ("allow", "disallow"):
        group.fetching.append((value, key == "allow"))
    elif key in _USES and value:
        path, _, words = value.partition(" ") if value.startswith("/") else ("/", "", value)
        group.uses.setdefault(key, []).append((path, words))


def _signal(words: str, locator: str) -> Claim:
    return Claim(kind="usage_signal", raw=words[:MAX_WORDS], locator=locator)
