"""Decide a finished version anew: another policy, or newer lists, on the evidence that the version keeps."""

from licet.pipelines.redo.redo import Redone, redo

__all__ = ["Redone", "redo"]
