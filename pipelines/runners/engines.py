"""The engines that have a name here: what runs a Beam graph, and where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """An engine: the class of its runner in Beam, and the option that says where it is, where it needs one."""

    name: str
    runner: str
    address: str | None = None
    server: str | None = None
    """The build target of its job server in Java, which Beam starts on this machine; null where it needs none."""
    jar: str | None = None
    """The option that names the jar of that server."""


ENGINES = {
    engine.name: engine
    for engine in (
        Engine("direct", "FnApiRunner"),
        Engine("prism", "PrismRunner"),
        Engine(
            "flink",
            "FlinkRunner",
            "flink_master",
            ":runners:flink:{version}:job-server:shadowJar",
            "flink_job_server_jar",
        ),
        Engine(
            "spark", "SparkRunner", "spark_master_url", ":runners:spark:3:job-server:shadowJar", "spark_job_server_jar"
        ),
        Engine("dataflow", "DataflowRunner"),
        Engine("portable", "PortableRunner", "job_endpoint"),
    )
}


def engine_of(name: str) -> Engine:
    """Return the engine of a name; any name that is not known here is the class of a runner."""
    return ENGINES.get(name, Engine(name, name))
