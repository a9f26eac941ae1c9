"""Where the workers of a job run, and what of it they can see."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from licet.pipelines.runners.engines import Engine
from licet.stages import storage

EMBEDDED = re.compile(r"\[(?:local|auto)\]|local(?:\[.*\])?")
"""Addresses of a Flink or a Spark that the job server starts in itself."""


def environment_of(engine: Engine, told: Mapping[str, Any]) -> str:
    """Return the environment that workers run in: as asked for, else as Beam chooses it.

    Beam lets this process be the worker (`LOOPBACK`) of engines that it starts itself, and takes a container otherwise.
    """
    if engine.name == "direct":
        return "LOOPBACK"
    if told.get("environment_type"):
        return str(told["environment_type"]).upper()
    starts_it = engine.name == "prism" or (
        engine.name in {"flink", "spark"} and EMBEDDED.fullmatch(str(told.get(engine.address or "") or ""))
    )
    return "LOOPBACK" if starts_it and not told.get("job_endpoint") else "DOCKER"


def unseen(places: Iterable[tuple[str, str]]) -> list[str]:
    """Return a sentence of the places on this machine's own disk, given by what each is and where; none without any."""
    found: dict[str, str] = {}
    for what, path in places:
        if storage.is_local(path):
            found.setdefault(what, path)
    if not found:
        return []
    named = ", ".join(f"{what} at {path}" for what, path in found.items())
    return [
        f"its workers cannot see what lies on this machine ({named}): use a bucket, or say that they mount the same"
        " folders (`--shared-filesystem`, or `runner: {shared_filesystem: true}`)"
    ]
