"""What docs/runners.md says is so."""

import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from called import called
from runs import corpus, write_files, write_run

from licet.pipelines.runners.engines import ENGINES
from licet.schemas.runner import Runner

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "runners.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"(?m)^    (licet .+)$", PAGE)


def test_the_page_names_each_engine_and_the_version_of_beam_that_is_tested() -> None:
    assert re.findall(r"(?m)^\| `(\w+)` \|", PAGE) == list(ENGINES)
    tested = re.findall(r"(?m)^apache-beam==(\S+)$", (ROOT / "constraints.txt").read_text())
    assert re.findall(r"cmd/prism@v(\S+?)`", PAGE) == tested


def test_the_block_of_the_page_is_one_of_a_recipe() -> None:
    (block,) = re.findall(r"(?m)^    runner:\n(?:      .+\n)+", PAGE)
    runner = Runner.model_validate(yaml.safe_load(block)["runner"])
    assert (runner.name, runner.attempts, runner.options) == ("flink", 3, {"flink_master": "flink-rest:8081"})


def test_the_job_of_the_page_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, corpus())
    write_run(tmp_path).rename(tmp_path / "corpus.yaml")
    monkeypatch.chdir(tmp_path)
    code, out, _ = called(*shlex.split(COMMANDS[0])[1:])
    assert code == 0
    assert "direct_num_workers=2 direct_running_mode=multi_processing" in " ".join(out.split())


def test_the_pool_of_the_page_listens() -> None:
    words = shlex.split(COMMANDS[1].replace("50000", "0"))[1:]
    with subprocess.Popen([sys.executable, "-m", "licet", *words], stdout=subprocess.PIPE, text=True) as pool:
        stuck = threading.Timer(600, pool.kill)
        stuck.start()
        assert pool.stdout is not None
        assert re.fullmatch(r"listening on 127\.0\.0\.1:\d+\n", pool.stdout.readline())
        pool.terminate()
        stuck.cancel()
    assert (pool.returncode, len(COMMANDS)) == (0, 2)


@pytest.mark.parametrize("path", re.findall(r"\]\(\.\./(\S+?)\)", PAGE))
def test_what_the_page_leads_to_is_there(path: str) -> None:
    assert (ROOT / path).exists()
