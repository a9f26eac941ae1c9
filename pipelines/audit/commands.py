"""The `licet audit` commands, and the three questions that stand at the top: explain, why-not, contains.

Exit codes: 0 found, or nothing to object; 1 not found, or something to object to; 2 the version cannot be looked at.
"""

from collections.abc import Callable

import typer

from licet.pipelines.audit import about_a_version as whole
from licet.pipelines.audit.about_a_work import QUESTIONS
from licet.pipelines.audit.answer import HELP

__all__ = ["QUESTIONS", "audit_app"]

audit_app = typer.Typer(help="Ask a finished version about its licences. Each answer has --json.", no_args_is_help=True)
_ANSWERS: dict[str, Callable[..., None]] = {
    "licenses": whole.licenses,
    **QUESTIONS,
    "policy-check": whole.policy_check,
    "unknown": whole.unknown,
    "conflicts": whole.conflicts,
    "attribution": whole.attribution,
    "obligations": whole.obligations,
    "sample": whole.sample,
    "sample-result": whole.sample_result,
    "signals": whole.signals,
    "synthetic": whole.synthetic,
}
for _name, _answer in _ANSWERS.items():
    audit_app.command(_name, context_settings=HELP)(_answer)
