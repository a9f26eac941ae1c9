"""Where a graph runs: on this machine, or by an engine that others run."""

from licet.pipelines.runners.prepared import Prepared as Prepared
from licet.pipelines.runners.prepared import choose_workers as choose_workers
from licet.pipelines.runners.prepared import prepare as prepare
