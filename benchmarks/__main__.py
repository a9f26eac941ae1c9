"""`python -m benchmarks` lists the benchmarks; `python -m benchmarks NAME` runs one, `all` runs each in turn."""

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> None:
    names = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.name.startswith("_"))
    names = [name for name in names if hasattr(importlib.import_module(f"benchmarks.{name}"), "main")]
    if len(sys.argv) < 2:
        for name in names:
            told = importlib.import_module(f"benchmarks.{name}").__doc__ or ""
            print(f"python -m benchmarks {name:20s} {told.strip().splitlines()[0]}")
        return
    if sys.argv[1] == "all":
        for name in names:
            print(f"\n## {name}\n", flush=True)
            importlib.import_module(f"benchmarks.{name}").main([])
        return
    if sys.argv[1] not in names:
        sys.exit(f"there is no benchmark {sys.argv[1]}; there are {', '.join(names)}")
    importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])


main()
