"""Rows at paths that a licence file names for a component: the component's licence speaks of them too."""

import re
from collections.abc import Iterator
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.evidence import Claim
from licet.stages.license.statements import read_claims

# Folders of sources that are not there once a package is installed.
ROOTS = frozenset({"src", "lib", "python", "source", "sources", "code", "py"})


@lru_cache(maxsize=4096)
def placed_components(claims: frozenset[Claim]) -> tuple[tuple[str, Claim], ...]:
    """Return for each component with known paths the pattern of its rows' paths, and the claim that those rows get."""
    found = {
        ("|".join(pattern_of(path) for path in paths), component)
        for claim in claims
        for component, paths in _components(claim)
    }
    return tuple(sorted(found, key=lambda pair: (pair[1].locator, pair[0], pair[1].raw)))


@lru_cache(maxsize=4096)
def _components(claim: Claim) -> tuple[tuple[Claim, tuple[str, ...]], ...]:
    if claim.kind != "license_file":
        return ()
    return tuple(
        (Claim(kind="component", raw=s.claim.raw, locator=s.claim.locator, url=s.claim.url), s.paths)
        for s in read_claims(claim)
        if s.paths and s.scope == "component"
    )


@lru_cache(maxsize=16_384)
def pattern_of(path: str) -> str:
    """Return the RE2 pattern of the paths that are, or lie under, a path which a licence file names.

    The path may begin in a folder that is not installed (``python/pyarrow/x.pxd``) or leave out the one it is in
    (``lib-rt/base64``): both are matched, because to match too much only makes a conclusion stricter. A path of
    source roots alone (``src/``) is that of everything.
    """
    parts = [part for part in path.strip("\"'`,;:()").split("/") if part not in ("", ".", "..")]
    while parts and (parts[0].lower() in ROOTS or parts[0].strip("*") == ""):
        parts = parts[1:]
    if not parts:
        return "^"
    written = [re.escape(part).replace(r"\*", "[^/]*") for part in parts]
    inside = "/".join(written)
    below = [f"^{'/'.join(written[at:])}" for at in range(1, len(written) - 1)]
    return "|".join(f"(?:{start})(?:/|$)" for start in (f"(?:^|/){inside}", *below))


def component_claims(locator: pa.Array, rows: pa.Array, claims: frozenset[Claim]) -> Iterator[tuple[int, Claim]]:
    """Yield which of ``rows`` lie at a component's path, and the claim that speaks of them."""
    components = placed_components(claims)
    if not components or not len(rows):
        return
    paths = locator.take(rows)
    near = pc.match_substring_regex(paths, "|".join(pattern for pattern, _ in components))
    for at in pc.indices_nonzero(pc.fill_null(near, False)).to_pylist():
        path, row = paths[at].as_py(), rows[at].as_py()
        for pattern, claim in components:
            if re.search(pattern, path):
                yield row, claim
