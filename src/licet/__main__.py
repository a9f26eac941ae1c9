"""``python -m licet`` is the ``licet`` command."""

from licet.pipelines.cli import main

main()
