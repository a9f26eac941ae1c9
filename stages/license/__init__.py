"""Licence filtering: what is claimed, what is concluded from it, and what a policy admits.

claims ─ statements ─► conclude ─► policy ─► rows with a licence │ ledger with a reason
"""

from licet.stages.license.policy import Policy
from licet.stages.license.presets import load_policy
from licet.stages.license.reasons import REASONS, STAGE

__all__ = ["REASONS", "STAGE", "Policy", "load_policy"]
