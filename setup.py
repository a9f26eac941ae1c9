"""Refuses to build a distribution without its code: the links in ``src/licet`` get lost in some checkouts and zips."""

from setuptools import find_packages, setup

MISSING = {"licet.schemas", "licet.stages", "licet.pipelines"} - set(find_packages("src"))
if MISSING:
    raise SystemExit(
        f"src/licet lacks {', '.join(sorted(MISSING))}: they are links to the folders of the same name, which this"
        " checkout has lost; clone with git on a system that has symbolic links"
    )
setup()
