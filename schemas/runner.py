"""What a recipe says of where it runs. Nothing of it has a part in what comes out."""

from typing import Any

from pydantic import ConfigDict, Field

from licet.schemas.sources import Settings


class Runner(Settings):
    """Where a recipe runs, and how. Any further key is an option of Beam's by its own name: `parallelism: 8`."""

    model_config = ConfigDict(extra="allow")

    name: str = "direct"
    """`direct`, `prism`, `flink`, `spark`, `dataflow`, `portable` (any job server), or any other runner's class."""
    workers: int | None = Field(None, ge=1)
    """Worker processes of the direct runner; by default by the size of the input."""
    worker_pool: str | None = None
    """Where workers are started, `HOST:PORT` of a `licet worker-pool`, as the engine's machines reach it."""
    shared_filesystem: bool = False
    """Whether all workers see local folders under the same paths as this machine, as on a network file system."""
    attempts: int = Field(1, ge=1)
    """How often the job is handed in where the engine gives up on it; each time it goes on from what is staged."""

    @property
    def options(self) -> dict[str, Any]:
        """The options that are Beam's."""
        return dict(self.model_extra or {})
