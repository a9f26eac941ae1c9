"""How the statements on a licence were put together, in a sentence for somebody who has not read the rules."""

from collections.abc import Sequence

from licet.pipelines.audit.heard import Heard
from licet.stages.license.expression import All, Any, leaves, parse

SCOPES = (
    ("file", "the file itself"),
    ("work", "the row's own licence column"),
    ("page", "the page"),
    ("container", "the files beside it and the recipe"),
    ("collection", "the recipe or the dataset card alone"),
)
"""What statements cover, the most specific first: its word counts before that of a more general one."""


def put_together(heard: Sequence[Heard], concluded: str | None) -> str:
    """Return how a conclusion was reached from the statements on it."""
    node = parse(concluded or "")
    read = [h for h in heard if h.is_on_licence and h.expression and h.scope not in ("component", "generator")]
    if node is None or not read:
        return ""
    alike = {h.expression for h in read} == {concluded}
    source = next((told for scope, told in SCOPES if any(h.scope == scope for h in read)), "what was found")
    if alike:
        how = "as the one statement that could be read says"
        return how if len(read) == 1 else f"as {'both' if len(read) == 2 else 'all'} statements that could be read say"
    several = len(leaves(node)) > 1
    if several and isinstance(node, Any):
        return f"{source} hold several licences, and a statement lets one choose among them"
    if several and isinstance(node, All):
        return f"several licences hold at once; none of what {source} and the others say was left out"
    return f"{source} decides, being the most specific that speaks"
