"""Masking of personal data and secrets: each span is replaced by the name of its kind, and counted."""

from licet.stages.mask.stage import STAGE, Mask, MaskParcel
from licet.stages.mask.texts import Masker

__all__ = ["STAGE", "Mask", "MaskParcel", "Masker"]
