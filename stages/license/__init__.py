"""Licence filtering: what is claimed, what is concluded from it, and what a policy admits.

claims ─ statements ─► conclude ─► policy ─► rows with a licence │ ledger with a reason
"""

from licet.stages.license.policy import Policy
from licet.stages.license.presets import load_policy
from licet.stages.license.reasons import REASONS
from licet.stages.license.stage import LicenseFilter, filter_licenses

__all__ = ["REASONS", "LicenseFilter", "Policy", "filter_licenses", "load_policy"]
