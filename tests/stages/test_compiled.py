import os
import subprocess
import sys
from pathlib import Path

from licet.stages import compiled as kernels


def test_kernels_compile_where_nothing_can_be_cached(tmp_path: Path) -> None:
    """A worker image may be read-only and its user without a home."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "kernel.py").write_text(
        "from licet.stages.compiled import compiled\n\n\n@compiled\ndef twice(value):\n    return value * 2\n"
    )
    # A file where a cache folder would be made refuses even root.
    (folder / "__pycache__").write_text("")
    (tmp_path / "cache").write_text("")
    done = subprocess.run(
        [sys.executable, "-B", "-c", "import kernel; print(kernel.twice(21), kernel.twice.stats.cache_path)"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(folder), str(Path(kernels.__file__).parents[2])]),
            "HOME": str(tmp_path / "cache"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["42", "None"], done.stderr
