"""One recipe on every engine that can be had: the same version, wall time, memory, and a worker killed half-way.

    python -m benchmarks runners [--fast]

The corpora are the quickstart's (the packages installed beside Licet, with a classifier trained on them) and the
recipes over `../shared/data`, where that is there; ``--fast`` leaves the quickstart out. A worker is killed once three
parcels of the quickstart are staged. The table goes into docs/runners.md.
"""

import json
import shutil
import signal
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from benchmarks._engines import Engine, Started, engines, environment_of
from benchmarks._measured import Cost, measured
from licet.pipelines.package_labels import quickstart_sets
from licet.pipelines.train_quality import train_quality

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "build" / "bench" / "runners"
PAGE = ROOT / "docs" / "runners.md"
BEGIN, END = "<!-- table: python -m benchmarks runners -->", "<!-- end of table -->"
LARGE = "quickstart"
"""The recipe that takes long enough to be disturbed."""
PARCELS = 3
PATIENCE = 1_200


@dataclass(frozen=True)
class Run:
    """What a run on an engine came to."""

    digest: str
    cost: Cost


def main(asked: Sequence[str] = ()) -> None:
    """Run every recipe on every engine, kill a worker of each, and renew the table."""
    HOME.mkdir(parents=True, exist_ok=True)
    recipes = dict(prepared_recipes(fast="--fast" in asked))
    rows = []
    for engine in engines():
        if engine.lacking:
            rows.append(f"| {engine.name} | not run: {engine.lacking} |" + " |" * (2 * len(recipes) + 1))
            print(rows[-1], flush=True)
            continue
        with engine.started() as started:
            runs = {name: run(recipe, started) for name, recipe in recipes.items()}
            lost = killed(recipes[LARGE], engine, started, runs[LARGE].digest) if LARGE in recipes else ""
        memory = max(one.cost.memory for one in runs.values()) / 1e9
        cells = [cell for one in runs.values() for cell in (f"`{one.digest[:12]}`", f"{one.cost.wall:.1f}")]
        rows.append("| " + " | ".join([engine.name, *cells, f"{memory:.2f}", lost]) + " |")
        print(rows[-1], flush=True)
    titles = ["engine", *(title for name in recipes for title in (name, "s")), "peak GB", "worker killed"]
    table = "\n".join(["| " + " | ".join(titles) + " |", "| --- " * len(titles) + "|", *rows])
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def prepared_recipes(*, fast: bool) -> Iterator[tuple[str, Path]]:
    """Yield recipes by name; the quickstart's names this environment's packages, whatever Python an engine runs."""
    if not fast:
        packages = sysconfig.get_path("purelib")
        model = HOME / "quickstart-model"
        if not (model / "model.bin").exists():
            good, bad = quickstart_sets(packages, model / "sets")
            train_quality([str(good)], [str(bad)], model, group_field="distribution")
        told = yaml.safe_load((files("licet.pipelines") / "recipes" / "quickstart.yaml").read_text())
        told["sources"][0]["path"] = packages
        told["quality"]["models"][0]["path"] = str(model / "model.bin")
        yield LARGE, written(LARGE, told)
    if (ROOT.parent / "shared" / "data").is_dir():
        yield from ((name, ROOT / "pipelines" / "recipes" / f"{name}.yaml") for name in ("books", "posttrain", "web"))


def written(name: str, told: dict[str, object]) -> Path:
    """Write a recipe, and return its path."""
    path = HOME / f"{name}.yaml"
    path.write_text(yaml.safe_dump(told, sort_keys=False))
    return path


def run(recipe: Path, started: Started) -> Run:
    """Run a recipe from nothing."""
    shutil.rmtree(HOME / "out", ignore_errors=True)
    cost = measured(command(recipe, started), HOME / "run.log", ROOT, environment_of(started))
    if cost.code:
        raise SystemExit(f"{recipe.stem}: {(HOME / 'run.log').read_text()[-3_000:]}")
    return Run(digest_of(recipe), cost)


def killed(recipe: Path, engine: Engine, started: Started, digest: str) -> str:
    """Kill a worker of a run half-way and return what became of it, in words."""
    shutil.rmtree(HOME / "out", ignore_errors=True)
    staged = HOME / "out" / f"{recipe.stem}.work" / "staging"
    with (HOME / "killed.log").open("wb") as log:
        job = subprocess.Popen(command(recipe, started), cwd=ROOT, env=environment_of(started), stdout=log, stderr=log)
        while len(list(staged.glob("*/*.json"))) < PARCELS and job.poll() is None:
            time.sleep(0.02)
        began = time.monotonic()
        started.kill_one(job.pid)
        code = job.wait(PATIENCE)
        spent = time.monotonic() - began
    told = f"{engine.killed}: "
    if code == 0:
        return told + f"goes on, {same(digest_of(recipe), digest)}"
    kept = len({path.parent for path in staged.glob("*/*.json")})
    ended = "ended with it" if code == -signal.SIGKILL else f"told after {spent:.0f} s"
    again = run_again(recipe, started)
    return told + f"{ended}, run again from {kept} staged splits, {same(again, digest)}"


def run_again(recipe: Path, started: Started) -> str:
    """Run a recipe again over what is staged, and return the digest."""
    cost = measured(command(recipe, started), HOME / "again.log", ROOT, environment_of(started))
    return digest_of(recipe) if cost.code == 0 else "no version"


def same(digest: str, expected: str) -> str:
    """Return whether a digest is what it should be, in words."""
    return "same digest" if digest == expected else f"**another digest: {digest[:12]}**"


def command(recipe: Path, started: Started) -> list[str]:
    """Return the command that runs a recipe on an engine."""
    told = [str(recipe), "--output", str(HOME / "out" / recipe.stem), "--quiet", "--json"]
    return [str(started.python), "-m", "licet", "run", *told, *started.arguments]


def digest_of(recipe: Path) -> str:
    """Return the digest that the last run of a recipe has on record."""
    told = json.loads((HOME / "out" / f"{recipe.stem}.work" / "run.json").read_bytes())
    return str(told["digest"])
