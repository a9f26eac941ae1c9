"""The `licet policy` commands."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Console

from licet.pipelines.audit.about_a_version import policy_check

HELP = {"help_option_names": ["-h", "--help"]}

policy_app = typer.Typer(help="Look at policies, compare two, try one on a statement.", no_args_is_help=True)
out = Console(highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
Name = Annotated[str, typer.Argument(help="A preset, or the path of a policy file.", metavar="POLICY")]


def show(told: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print an answer."""
    if as_json:
        typer.echo(json.dumps(told, indent=2, sort_keys=True, default=str))
    else:
        for line in lines:
            out.print(line)


@policy_app.command("list", context_settings=HELP)
def policy_list(as_json: Json = False) -> None:
    """List the presets.

    Example: licet policy list
    """
    from licet.pipelines.policies.compare import admitted
    from licet.stages.license import load_policy
    from licet.stages.license.presets import preset_names

    loaded = [load_policy(name) for name in preset_names()]
    told = [{"id": p.id, "version": p.version, "title": p.title, "licenses": len(admitted(p))} for p in loaded]
    show(
        {"policies": told},
        as_json,
        [f"[bold]{t['id']:<20}[/bold] {t['licenses']:>4} licences  {t['title']}" for t in told],
    )


@policy_app.command("show", context_settings=HELP)
def policy_show(policy: Name, as_json: Json = False) -> None:
    """Show what a policy admits, by tier, and what evidence it asks for.

    Example: licet policy show open-definition-2.1
    """
    from licet.pipelines.policies.compare import admitted
    from licet.schemas.license import TIERS, tier_of
    from licet.stages.license import load_policy

    loaded = load_policy(policy)
    by_tier = {tier: sorted(k for k in admitted(loaded) if tier_of(k) == tier) for tier in TIERS}

    def lines() -> Iterable[str]:
        yield f"[bold]{loaded.name}[/bold]  {loaded.title}"
        yield f"  source    {loaded.source}"
        yield f"  evidence  grade {loaded.min_grade} or better, or a recognised text as sure as {loaded.min_confidence}"
        yield f"  settings  signals: {loaded.signals}, laundered: {loaded.laundered}"
        for tier, ids in by_tier.items():
            if ids:
                yield f"  [bold]{tier}[/bold] ({len(ids)})"
                yield f"    {' '.join(ids)}"
        for name, bases in sorted(loaded.exceptions.items()):
            yield f"  with {name}: {' '.join(bases)}"

    show({**loaded.model_dump(mode="json"), "by_tier": by_tier, "sha256": loaded.digest}, as_json, lines())


@policy_app.command("diff", context_settings=HELP)
def policy_diff(a: Name, b: Name, as_json: Json = False) -> None:
    """Show what one policy admits and the other does not, and which settings differ; always ends with 0.

    Example: licet policy diff open-definition-2.1 common-pile-v0.1
    """
    from licet.pipelines.policies.compare import Differing
    from licet.pipelines.policies.compare import policy_diff as compared
    from licet.stages.license import load_policy

    found = compared(load_policy(a), load_policy(b))

    def side(name: str, only: list[Differing]) -> Iterable[str]:
        yield f"only [bold]{name}[/bold] admits {len(only)}"
        for tier in dict.fromkeys(d.tier for d in sorted(only, key=lambda d: d.tier)):
            yield f"  {tier}: {' '.join(d.license for d in only if d.tier == tier)}"

    def lines() -> Iterable[str]:
        if found.is_empty:
            yield f"{found.a} and {found.b} decide everything alike"
            return
        yield f"both admit {found.both} licences"
        yield from side(found.a, found.only_a)
        yield from side(found.b, found.only_b)
        for name, (one, other) in found.settings.items():
            yield f"{name}: {one} against {other}"
        for name, (ones, others) in found.exceptions.items():
            yield f"with {name}: {' '.join(ones) or 'none'} against {' '.join(others) or 'none'}"

    show(found.summary(), as_json, lines())


@policy_app.command("try", context_settings=HELP)
def policy_try(
    statements: Annotated[list[str], typer.Argument(help="Licence statements in any spelling.", metavar="STATEMENT…")],
    policy: Annotated[str, typer.Option(help="A preset, or the path of a policy file.")] = "open-definition-2.1",
    as_json: Json = False,
) -> None:
    """Read statements as licences and say what a policy makes of them; 1 when it refuses any.

    Example: licet policy try "GPLv2+ or MIT" "CC BY-NC 4.0" --policy commercial-ok
    """
    from licet.stages.license import load_policy
    from licet.stages.license.normalize import normalize

    loaded = load_policy(policy)
    told: list[dict[str, Any]] = []
    for statement in statements:
        read = normalize(statement)
        decision = loaded.evaluate(read.expression)
        told.append(
            {
                "statement": statement,
                "expression": read.expression,
                "flags": list(read.flags),
                "family": read.family,
                "allowed": decision.allowed,
                "elected": decision.elected,
                "tier": decision.tier,
                "reason": decision.reason,
            }
        )

    def lines() -> Iterable[str]:
        for row in told:
            read = row["expression"] or (f"the family {row['family']}" if row["family"] else "nothing known")
            odd = f" ({', '.join(row['flags'])})" if row["flags"] else ""
            yield f"[bold]{row['statement']}[/bold] is read as {read}{odd}"
            chosen = f", as {row['elected']}" if row["elected"] else ""
            yield f"  {'admitted' + chosen if row['allowed'] else 'refused: ' + str(row['reason'])} ({row['tier']})"

    show({"policy": loaded.name, "statements": told}, as_json, lines())
    if not all(row["allowed"] for row in told):
        raise typer.Exit(1)


policy_app.command("check", context_settings=HELP)(policy_check)
