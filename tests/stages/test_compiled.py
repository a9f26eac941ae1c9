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


def test_a_process_that_dies_while_it_keeps_a_kernel_leaves_none_that_is_another_ones(tmp_path: Path) -> None:
    """As when a run is killed that was the first one after the code had changed."""
    source = "from licet.stages.compiled import compiled\n\n\n@compiled\ndef times(value):\n    return value * {}\n"
    killed = (
        "import os, kernel\nreplace = os.replace\n"
        "def dies(made, place): replace(made, place), os._exit(9)\n"
        "os.replace = dies\n"
    )
    for factor, before in ((2, ""), (3, killed), (3, "")):
        (tmp_path / "kernel.py").write_text(source.format(factor))
        done = python(tmp_path, before + "import kernel; print(kernel.times(21))")
        assert done.returncode == (9 if before else 0), done.stderr
        assert before or done.stdout == f"{21 * factor}\n"


def python(folder: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a process of its own that finds the modules of a folder."""
    paths = os.pathsep.join([str(folder), str(Path(kernels.__file__).parents[2])])
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": paths, "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
