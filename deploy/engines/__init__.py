"""Real engines on this machine, for tests, benchmarks and the curious; `make engines` gets what they are made of."""

from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / "build" / "engines"
"""Where `make engines` puts what it gets."""

PRISM = BUILD / "prism"
"""Beam's Prism, one binary."""


def job_server(engine: str) -> Path | None:
    """Return the jar of Beam's own job server for ``flink`` or ``spark``; None where there is none."""
    found = sorted((BUILD / "jars").glob(f"beam-runners-{engine}-*-job-server-*.jar"))
    return found[-1] if found else None
