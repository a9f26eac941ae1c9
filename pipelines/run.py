"""Run a recipe: plan, curate, build the version, move it to its place.

The version is built in a folder beside its place and renamed when it is whole; an earlier result of the same recipe is
replaced, any other folder is left alone.
"""

import json
import os
import pickle
import platform
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import apache_beam as beam
from apache_beam.transforms.core import Create, GroupByKey, Map
from rich.console import Console

import licet
from licet.pipelines.curate import curate
from licet.pipelines.plan import Plan, make_plan
from licet.pipelines.progress import Tally, showing
from licet.pipelines.runners import choose_workers, options_for, runner_for
from licet.schemas.errors import LicetError, RunError
from licet.schemas.manifest import Manifest
from licet.schemas.recipe import Recipe
from licet.stages import storage


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run made: the version's folder, its manifest and digest, and how long it took."""

    folder: str
    manifest: Manifest
    digest: str
    seconds: float
    bytes_read: int
    splits: int
    splits_reused: int
    stage_seconds: dict[str, float]
