import subprocess
import sys
from pathlib import Path

import pytest
from deploy.engines.processes import command_line, descendants, processes

SLEEPS = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


def test_what_was_started_ends_with_all_below_it(tmp_path: Path) -> None:
    with processes(tmp_path) as group:
        group.start("one", [sys.executable, "-c", SLEEPS])
        one = group.running["one"].pid
        group.wait_for("a child", lambda: bool(descendants(one)))
        below = descendants(one)
    assert [pid for pid in [one, *below] if command_line(pid)] == []


def test_the_words_of_a_process_are_known_as_soon_as_it_has_started_and_until_it_has_ended() -> None:
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    for _ in range(100):
        with subprocess.Popen(words) as process:
            while_it_lives = command_line(process.pid)
            process.kill()
            process.wait()
            assert (while_it_lives, command_line(process.pid)) == (words, [])


def test_who_waits_in_vain_reads_the_last_words(tmp_path: Path) -> None:
    with processes(tmp_path) as group:
        group.start("one", [sys.executable, "-c", "print('no room'); raise SystemExit(3)"])
        with pytest.raises(RuntimeError, match="waited for a wonder, but one ended:\none: no room"):
            group.wait_for("a wonder", lambda: False)


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    with (
        processes(tmp_path) as group,
        pytest.raises(RuntimeError, match=r"waited for a wonder, but 0 s have passed:\n"),
    ):
        group.wait_for("a wonder", lambda: False, seconds=0)
