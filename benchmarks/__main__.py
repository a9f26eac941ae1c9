"""`python -m benchmarks` lists the benchmarks; `python -m benchmarks NAME` runs one, `all` runs each in turn."""

import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType


def modules() -> dict[str, ModuleType]:
    """Return the benchmarks by name: modules of this folder that have a ``main``."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]) if found.name[0] != "_")
    found = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "main")}


def main() -> None:
    if len(sys.argv) < 2:
        for name, module in modules().items():
            print(f"python -m benchmarks {name:20s} {(module.__doc__ or '').strip().splitlines()[0]}")
        return
    asked = sys.argv[1]
    if asked == "all":
        for name, module in modules().items():
            print(f"\n## {name}\n", flush=True)
            module.main([])
        return
    # Only the one that is asked for is imported, so that what another one needs is not in its way.
    if asked[0] == "_" or not (Path(__file__).parent / f"{asked}.py").is_file():
        sys.exit(f"there is no benchmark {asked}; there are {', '.join(modules())}")
    importlib.import_module(f"benchmarks.{asked}").main(sys.argv[2:])


main()
