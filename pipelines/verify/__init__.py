"""Verify a version offline: recompute everything that its manifest says, from its files alone."""

from licet.pipelines.verify.finding import CHECKS, Finding
from licet.pipelines.verify.verify import verify

__all__ = ["CHECKS", "Finding", "verify"]
