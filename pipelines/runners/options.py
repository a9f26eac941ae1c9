"""From what a recipe and a command line say of a runner to the options that Beam takes."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from difflib import get_close_matches
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

from licet.schemas.errors import RecipeError
from licet.schemas.runner import Runner

OURS = ("output", "json", "quiet", "dry_run", *Runner.model_fields)
"""What a word of the command line may have been meant for, beside the options of Beam."""
ALIKE = 0.85
"""From here on a name that is none is taken for a slip of one that is, where the engine may have names of its own."""


def options_for(settings: Runner, workers: int, passed_on: Sequence[str] = ()) -> PipelineOptions:
    """Return Beam's options: those of the recipe, then those of the command line, which win.

    Hyphens in names are as good as underscores. For ``direct``, more than one worker means as many processes, unless
    `direct_running_mode` says otherwise; a worker pool means the environment `EXTERNAL`.

    Raises:
        RecipeError: Beam does not take an option, or nobody knows it.

    """
    given = settings.options
    if settings.name == "direct":
        given.setdefault("direct_num_workers", workers)
        given.setdefault("direct_running_mode", "multi_processing" if workers > 1 else "in_memory")
    if settings.worker_pool is not None:
        given.setdefault("environment_type", "EXTERNAL")
        given.setdefault("environment_config", settings.worker_pool)
    flags = [*flags_of(given), *map(with_underscores, passed_on)]
    # No parsing of type hints at run time, and no pickling of the main module: all our code is importable.
    refused = io.StringIO()
    try:
        with redirect_stderr(refused):
            options = PipelineOptions([*flags, "--no_save_main_session"])
            known = options.get_all_options()
    except SystemExit as error:
        told = refused.getvalue().strip().splitlines()[-1].rpartition("error: ")[2]
        raise RecipeError(f"Beam does not take these options: {told}") from error
    check_options(flags, known, is_all_known=settings.name == "direct")
    return options


def flags_of(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield settings as the words of a command line; what is off or unset is none."""
    for name, value in given.items():
        if value is True:
            yield f"--{name}"
        elif isinstance(value, (list, tuple)):
            yield from (f"--{name}={item}" for item in value)
        elif value is not False and value is not None:
            yield f"--{name}={value}"


def with_underscores(flag: str) -> str:
    """Return a word of the command line with the name of an option as Beam spells it."""
    name, equals, value = flag.partition("=")
    return name[:2] + name[2:].replace("-", "_") + equals + value if flag.startswith("--") else flag


def check_options(flags: Sequence[str], known: Iterable[str], *, is_all_known: bool) -> None:
    """Refuse what Beam would pass over in silence: all that is unknown, or else what looks like a slip of a known name.

    Raises:
        RecipeError: an option has no such name, or a word belongs to none.

    """
    names = [name for key in known for name in (key, f"no_{key}")]
    value_allowed = False
    for flag in flags:
        name, given, _ = flag.removeprefix("--").partition("=")
        if not flag.startswith("--") and not value_allowed:
            raise RecipeError(f"`{flag}` belongs to no option")
        if flag.startswith("--") and name not in names:
            near = get_close_matches(name, [*OURS, *names], n=1, cutoff=0.6 if is_all_known else ALIKE)
            if near or is_all_known:
                meant = (
                    f": did you mean `--{near[0].replace('_', '-') if near[0] in OURS else near[0]}`?" if near else ""
                )
                raise RecipeError(f"there is no option `--{name}`{meant}")
        value_allowed = flag.startswith("--") and not given
