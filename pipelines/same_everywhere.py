"""What a plan takes for granted of its workers, asked of each: the same code, and the same models under their paths.

What is staged is named after both, so a worker with others would write under names that are not true.
"""

from functools import cache

from licet.pipelines.plan import Plan, code_digest, model_paths, tokenizer_path
from licet.schemas.errors import RunError
from licet.stages.quality import local_model

Expected = tuple[str, tuple[tuple[str, str], ...]]
"""The digest of the code, and of the models by their paths."""


def expected_of(plan: Plan) -> Expected:
    """Return what the workers of a plan have to have."""
    paths = {*model_paths(plan.recipe), tokenizer_path(plan.recipe)}
    return code_digest(), tuple((path, plan.models[path]) for path in sorted(filter(None, paths)))


@cache
def check_worker(expected: Expected) -> None:
    """Refuse to work for a plan that was made with something else than is here; looked at once a process.

    Raises:
        RunError: this worker has another Licet, or another model at a path.
        InputError: a model is not there.

    """
    code, models = expected
    if code != code_digest():
        raise RunError(
            f"a worker has another Licet (code {code_digest()[:12]}) than where the job was handed in"
            f" (code {code[:12]}): install the same one for all workers"
        )
    for path, digest in models:
        found = local_model(path)[1]
        if found != digest:
            raise RunError(
                f"a worker has another model at {path} (sha256 {found[:12]}) than where the job was handed in"
                f" (sha256 {digest[:12]}): give all workers the same file, or put it into a bucket"
            )
