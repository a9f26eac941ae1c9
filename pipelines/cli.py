"""The `licet` command. Each body hands over at once; what it does lives in the module that it imports.

Exit codes: 0 done, 1 a check was made and failed, 2 something to mend (recipe, input, folder), 70 a bug in Licet,
130 interrupted.
"""

import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

import licet
from licet.pipelines.audit.commands import QUESTIONS, audit_app
from licet.pipelines.exports.commands import register as register_exports
from licet.pipelines.panels import in_panels
from licet.pipelines.policies.commands import policy_app
from licet.pipelines.row.commands import register as register_rows
from licet.pipelines.run_commands import register as register_runs
from licet.pipelines.serve.commands import hub_app
from licet.pipelines.terminal import HELP, Json, RecipeFile, emit, out
from licet.pipelines.versions.commands import register as register_versions
from licet.schemas.errors import LicetError

app = typer.Typer(
    name="licet",
    help="Curate openly licensed training datasets, and prove row by row why each row was allowed in.",
    epilog="Exit codes: 0 done · 1 a check failed · 2 something to mend · 70 a bug in Licet · 130 interrupted",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)
recipe_app = typer.Typer(help="Check recipes and print their schema.", no_args_is_help=True)
app.add_typer(recipe_app, name="recipe")
app.add_typer(audit_app, name="audit")
app.add_typer(policy_app, name="policy")
app.add_typer(hub_app, name="hub")
register_runs(app)
register_versions(app)
register_exports(app)
register_rows(app)
for question in ("explain", "why-not", "contains"):
    app.command(question, context_settings=HELP)(QUESTIONS[question])

err = Console(stderr=True, soft_wrap=True, highlight=False)


@app.callback(invoke_without_command=True)
def licet_command(
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Show the version when asked for it."""
    if version:
        out.print(f"licet {licet.__version__}", highlight=False)
        raise typer.Exit


@recipe_app.command("check", context_settings=HELP)
def recipe_check(recipe: RecipeFile, as_json: Json = False) -> None:
    """Validate a recipe without touching its inputs: keys, values, policy, rules, and the reach of its dedup.

    Example: licet recipe check corpus.yaml
    """
    from licet.pipelines.plan import check_recipe
    from licet.schemas.recipe import load_recipe
    from licet.stages.dedup.curve import at_threshold, too_few

    checked = load_recipe(recipe)
    check_recipe(checked, recipe.parent)
    told: dict[str, Any] = {
        "recipe": str(recipe),
        "name": checked.name,
        "sources": len(checked.sources),
        "ok": True,
    }
    names = ", ".join(source.name for source in checked.sources)
    lines = [f"{recipe} is a good recipe: {checked.name} from {names}"]
    if checked.dedup.enabled:
        share, warning = at_threshold(checked.dedup), too_few(checked.dedup)
        told["dedup"] = {"threshold": checked.dedup.threshold, "candidate_probability": share, "warning": warning}
        lines.append(
            f"dedup: of the pairs at the threshold of {checked.dedup.threshold:g}, bands find {100 * share:.1f} %"
        )
        lines += [f"warning: {warning}"] if warning else []
    emit(told, as_json, lambda: out.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True))


@recipe_app.command("schema", context_settings=HELP)
def recipe_schema() -> None:
    """Print the JSON Schema of recipes, for editors.

    Example: licet recipe schema > recipe.schema.json
    """
    from licet.schemas.recipe import Recipe

    typer.echo(json.dumps(Recipe.model_json_schema(), indent=2))


@app.command("train-quality", context_settings=HELP)
def train_quality_command(
    positive: Annotated[list[str], typer.Option(help="Texts of the wanted kind: JSONL, Parquet or a folder of texts.")],
    negative: Annotated[list[str], typer.Option(help="Texts of the other kind.")],
    to: Annotated[Path, typer.Option(help="Folder for model.bin, report.json and MODEL_CARD.md.")],
    text_field: Annotated[str, typer.Option(help="Where the text is in a row.")] = "text",
    group_field: Annotated[
        str | None, typer.Option(help="Rows with the same value stay on one side of the held-out split.")
    ] = None,
    held_out: Annotated[float, typer.Option(help="Share that is measured on, not trained on.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Decides the split and the training.")] = 1,
    dim: Annotated[int, typer.Option(help="Size of the word vectors.")] = 32,
    epochs: Annotated[int, typer.Option(help="Times that each text is learnt from.")] = 5,
    as_json: Json = False,
) -> None:
    """Train a fastText quality classifier and measure it on texts that it has not seen.

    Example: licet train-quality --positive good.jsonl --negative bad.jsonl --to models/quality
    """
    from licet.pipelines.show import show_quality
    from licet.pipelines.train_quality import Training, train_quality

    training = Training(held_out=held_out, seed=seed, dim=dim, epochs=epochs)
    report = train_quality(positive, negative, to, text_field=text_field, group_field=group_field, training=training)
    emit(asdict(report), as_json, lambda: show_quality(report, to, out))


@app.command(context_settings=HELP)
def verify(
    folder: Annotated[str, typer.Argument(help="The folder of a finished version.", metavar="FOLDER")],
    key: Annotated[
        list[Path] | None, typer.Option(help="A public key in PEM that must have signed it; give it again for more.")
    ] = None,
    parent: Annotated[
        str | None, typer.Option(help="The folder of the version that `licet redo` made it from, to close the chain.")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(help="An earlier version that its rows were held against, as `dedup.against` names it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute hashes, counts, digests and decisions of a version, offline, and tell all that does not hold.

    For example:
        licet verify out/my-corpus

        licet verify out/my-corpus --key key.pub.pem

    """
    from licet.pipelines.exports.envelopes import PublicKey, key_bytes
    from licet.pipelines.show import show_findings
    from licet.pipelines.verify import verify as verify_version
    from licet.pipelines.verify.signatures import signature_state

    keys = [PublicKey(key_bytes(str(path)), str(path)) for path in key or ()]
    findings = verify_version(folder, parent, keys=keys, against=_located(against or ()))
    told = {"version": folder, "ok": not findings, "findings": [asdict(f) for f in findings]}
    state = signature_state(folder, keys, findings)
    emit({**told, **state.summary()}, as_json, lambda: show_findings(folder, findings, out))
    if not as_json:
        out.print(state.in_words, highlight=False)
    if findings:
        raise typer.Exit(1)


def _located(names: Sequence[str]) -> list[str]:
    """Return where versions are; hub clients take a second to import, and are only where a version is named."""
    if not names:
        return []
    from licet.pipelines.versions.reference import located

    return [located(name) for name in names]


@app.command(context_settings=HELP)
def redo(
    folder: Annotated[str, typer.Argument(help="The folder of a finished version.", metavar="FOLDER")],
    policy: Annotated[str, typer.Option(help="A preset, or the path of a policy file.")],
    output: Annotated[str | None, typer.Option(help="Where the new version goes; by default FOLDER-POLICY.")] = None,
    as_json: Json = False,
) -> None:
    """Decide a version anew under another policy, or under newer lists, without reading its inputs again.

    Rows that the policy refuses leave for the ledger. Rows that it admits and the version does not hold are counted:
    their text is not there, so a run of the recipe has to bring them.

    Example: licet redo out/my-corpus --policy no-share-alike
    """
    from licet.pipelines.redo import redo as decide_anew
    from licet.pipelines.show import show_redone

    redone = decide_anew(folder, policy, output or f"{folder.rstrip('/')}-{Path(policy).stem}")
    emit(redone.summary(), as_json, lambda: show_redone(redone, out))


@app.command(context_settings=HELP)
def publish(
    folder: Annotated[str, typer.Argument(help="The folder of a finished version.", metavar="FOLDER")],
    to: Annotated[str, typer.Option(help="hf://datasets/ORGANISATION/NAME, a folder, or any fsspec URL.")],
    version: Annotated[str, typer.Option(help="MAJOR.MINOR.PATCH, or auto: the smallest that what changed asks for.")],
    namespace: Annotated[str, typer.Option(help="Whose dataset it is, in a hub of files.")] = "local",
    private: Annotated[bool, typer.Option("--private", help="Make a new hub repository private.")] = False,
    revision: Annotated[
        str | None, typer.Option(help="The commit that main must be at; refused where it is elsewhere.")
    ] = None,
    previous: Annotated[
        str | None, typer.Option(help="With --dry-run to hf://: the folder of the version before, to measure against.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and measure everything and send nothing.")] = False,
    verified: Annotated[
        bool, typer.Option("--verified", help="Do not verify rows and decisions again; files are hashed all the same.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask on a terminal.")] = False,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Publish a finished version to a hub: whole or not at all, and never changed afterwards.

    Everything is checked before anything is sent. On a terminal it shows what will be sent and asks; elsewhere it does
    not ask. Run it again after any failure: it goes on where it stopped.

    For example:
        licet publish out/my-corpus --to hub --version 1.0.0

        licet publish out/my-corpus --to hf://datasets/my-org/my-corpus --version auto --dry-run

        licet publish out/my-corpus --to hf://datasets/my-org/my-corpus --version 1.2.0 --yes

        licet publish out/my-corpus --to s3://bucket/hub --version auto --json

    """
    from licet.pipelines.publish.terminal import Asked, publish_at_terminal

    asked = Asked(
        folder=folder,
        to=to,
        version=version,
        namespace=namespace,
        private=private,
        revision=revision,
        previous=previous,
        verified=verified,
        dry_run=dry_run,
        yes=yes,
        quiet=quiet,
    )
    told = publish_at_terminal(asked, out, err, as_json=as_json)
    if as_json:
        emit(told, as_json, lambda: None)


@app.command(hidden=True)
def quickstart(
    folder: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("out"),
) -> None:
    """Curate the Python packages installed beside Licet: train a classifier, run a recipe, publish, and look."""
    from licet.pipelines.quickstart import quickstart as start

    start(folder, out)


in_panels(app)


def main() -> None:
    """Run the command, and tell errors in a sentence; LICET_DEBUG=1 shows where an unexpected one came from."""
    if not os.environ.get("LICET_DEBUG"):
        logging.basicConfig(level=logging.CRITICAL)
    try:
        app()
    except LicetError as error:
        fail(str(error), error.exit_code)
    except SystemExit as ended:
        # An interrupt, as typer tells it.
        if ended.code == 130:
            fail("interrupted; what is staged is kept, and the same command goes on from there", 130)
        raise
    except Exception as error:
        if os.environ.get("LICET_DEBUG"):
            raise
        told = str(error).strip().splitlines() or [""]
        fail(f"this is a bug in Licet: {type(error).__name__}: {told[-1][:300]} (LICET_DEBUG=1 shows more)", 70)


def fail(message: str, exit_code: int) -> NoReturn:
    """End with an error message of a line a mistake."""
    for told in message.splitlines():
        err.print(Text.assemble(("error ", "bold red"), told))
    sys.exit(exit_code)
