"""The commands that make a version of a recipe: `licet run`, `plan` and `worker-pool`."""

from typing import Annotated

import typer

from licet.pipelines.terminal import HELP, Json, RecipeFile, emit, out

PASS_ON = {**HELP, "allow_extra_args": True, "ignore_unknown_options": True}


def run(
    context: typer.Context,
    recipe: RecipeFile,
    runner: Annotated[
        str | None, typer.Option(help="direct, prism, flink, spark, dataflow, portable, or any runner's class.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes of the direct runner; by default by size.")
    ] = None,
    worker_pool: Annotated[
        str | None, typer.Option(help="HOST:PORT of a licet worker-pool, as the engine's machines reach it.")
    ] = None,
    shared_filesystem: Annotated[
        bool | None,
        typer.Option("--shared-filesystem", help="Workers mount local folders under the same paths."),
    ] = None,
    attempts: Annotated[
        int | None, typer.Option(min=1, help="How often the job is handed in where the engine gives up on it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the job, and hand nothing in.")] = False,
    output: Annotated[str | None, typer.Option(help="Where the version goes; by default the recipe says.")] = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Run a recipe: read, filter, deduplicate, classify and write a version with its provenance.

    A rerun goes on where the last run stopped. Options not listed here are handed to Beam as they are.

    For example:
        licet run corpus.yaml

        licet run corpus.yaml --workers 2 --json

        licet run corpus.yaml --runner prism

        licet run corpus.yaml --runner flink --flink-master host:8081 --worker-pool localhost:50000

        licet run corpus.yaml --runner dataflow --dry-run --json

    """
    from licet.pipelines.run import run_recipe
    from licet.pipelines.show import show_outcome
    from licet.schemas.recipe import load_recipe

    loaded = load_recipe(recipe)
    if output is not None:
        loaded = loaded.model_copy(update={"output": output})
    asked = {
        "name": runner,
        "workers": workers,
        "worker_pool": worker_pool,
        "shared_filesystem": shared_filesystem,
        "attempts": attempts,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    loaded = loaded.model_copy(update={"runner": loaded.runner.model_copy(update=given)})
    if dry_run:
        from licet.pipelines.dry_run import describe_job, show_job

        job = describe_job(loaded, recipe.parent, context.args)
        emit(job.summary(), as_json, lambda: show_job(job, out))
        return
    outcome = run_recipe(loaded, recipe.parent, passed_on=context.args, quiet=quiet)
    emit(outcome.summary(), as_json, lambda: show_outcome(outcome, out))


def plan(recipe: RecipeFile, as_json: Json = False) -> None:
    """Show what a run would do: splits, what is staged already, shapes found. Writes nothing.

    Example: licet plan corpus.yaml
    """
    from licet.pipelines.plan import make_plan
    from licet.pipelines.show import plan_summary, show_plan
    from licet.schemas.recipe import load_recipe

    made = make_plan(load_recipe(recipe), recipe.parent)
    emit(plan_summary(made), as_json, lambda: show_plan(made, out))


def worker_pool(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 50000,
) -> None:
    """Start and stop workers for an engine that asks for them, until interrupted: Beam's EXTERNAL environment.

    One belongs beside each worker of the engine, with the same Licet as where jobs are handed in. It obeys whoever
    reaches it, so let only the engine do so.

    For example:
        licet worker-pool

        licet worker-pool --host 0.0.0.0 --port 50000

    """
    from licet.pipelines.runners.worker_pool import serve_until_ended

    serve_until_ended(host, port, lambda address: out.print(f"listening on {address}", highlight=False))


def register(app: typer.Typer) -> None:
    """Add the commands to `licet`."""
    app.command("run", context_settings=PASS_ON)(run)
    app.command("plan", context_settings=HELP)(plan)
    app.command("worker-pool", context_settings=HELP)(worker_pool)
