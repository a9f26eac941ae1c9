"""The quickstart: a real corpus from nothing but what is installed, from training a classifier to a verified version.

The corpus is the environment's own Python packages. The classifier tells files written for readers from those written
for machines and for tests; its labels come from file paths and marks of generators, never from the text it sees.
"""

import sysconfig
from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console

from licet.pipelines.package_labels import quickstart_sets
from licet.pipelines.publish import list_versions, publish
from licet.pipelines.run import run_recipe
from licet.pipelines.show import show_outcome, show_published, show_quality
from licet.pipelines.train_quality import train_quality
from licet.pipelines.verify import verify
from licet.schemas.errors import AuditError
from licet.schemas.recipe import load_recipe

VERSION = "1.0.0"


def quickstart(folder: Path, console: Console) -> None:
    """Train, curate, verify, publish and open; everything is written below ``folder``."""
    model = folder / "quickstart-model"
    console.print("[bold]1. Train a quality classifier[/bold] on the installed packages\n")
    good, bad = quickstart_sets(sysconfig.get_path("purelib"), model / "sets")
    report = train_quality([str(good)], [str(bad)], model, group_field="distribution")
    show_quality(report, model, console)

    console.print("\n[bold]2. Curate[/bold] the source and documentation of the same packages\n")
    with as_file(files("licet.pipelines") / "recipes" / "quickstart.yaml") as path:
        recipe = load_recipe(path)
    recipe = recipe.model_copy(update={"output": str(folder / recipe.name)})
    outcome = run_recipe(recipe, folder)

    console.print("[bold]3. Verify and publish[/bold] to a local hub folder\n")
    if findings := verify(outcome.folder):
        raise AuditError(f"the version does not hold: {findings[0].check}: {findings[0].message}")
    number = next_version(folder / "hub", outcome.digest)
    published = publish(outcome.folder, str(folder / "hub"), version=number, verified=True)
    show_published(published, console)

    console.print("\n[bold]4. The result[/bold]\n")
    show_outcome(outcome, console)
    console.print(
        f"\nOpen it:   datasets.load_dataset({str(published.path)!r}, split='train')\n"
        f"           duckdb: select license, count(*) from '{published.path}/data/*/*.parquet' group by all\n"
        f"Look at:   {published.path}/report.html",
        highlight=False,
        soft_wrap=True,
    )


def next_version(hub: Path, digest: str) -> str:
    """Return the version to publish under: that of the same content if it is there, else one above the newest."""
    there = list_versions(str(hub), "quickstart") if hub.exists() else []
    for version in there:
        if version.manifest_sha256 == digest:
            return version.version
    if not there:
        return VERSION
    newest = max(tuple(int(part) for part in version.version.split(".")) for version in there)
    return f"{newest[0] + 1}.0.0"
