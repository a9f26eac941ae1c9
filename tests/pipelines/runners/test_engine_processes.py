import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from deploy.engines.processes import LOOPBACK, command_line, descendants, free_port, kill, processes

SLEEPS = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


def test_what_was_started_ends_with_all_below_it(tmp_path: Path) -> None:
    with processes(tmp_path) as group:
        group.start("one", [sys.executable, "-c", SLEEPS])
        one = group.running["one"].pid
        group.wait_for("a child", lambda: bool(descendants(one)))
        below = descendants(one)
    assert [pid for pid in [one, *below] if command_line(pid)] == []


def test_a_child_is_known_while_other_children_and_the_threads_that_started_them_end() -> None:
    busy = """
import subprocess, threading

started = []
threads = [threading.Thread(target=lambda: started.append(subprocess.Popen(["sleep", "600"]))) for _ in range(5)]
for one in threads: one.start()
for one in threads: one.join()
print(*(one.pid for one in started), flush=True)
while True:
    one = threading.Thread(target=lambda: subprocess.run(["true"]))
    one.start()
    one.join()
"""
    with subprocess.Popen([sys.executable, "-c", busy], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            children = set(map(int, process.stdout.readline().split()))
            missed = [children - set(descendants(process.pid)) for _ in range(100)]
        finally:
            kill(process.pid)
    assert len(children) == 5
    assert set().union(*missed) == set()


def test_what_starts_others_all_the_while_ends_with_all_of_them(tmp_path: Path) -> None:
    starts = "import subprocess, sys\nwhile True: subprocess.Popen(['sleep', sys.argv[1]])"
    for round_ in range(3):
        marked = f"600.{os.getpid()}{round_}"
        with processes(tmp_path) as group:
            group.start("one", [sys.executable, "-c", starts, marked])
            while len(descendants(group.running["one"].pid)) < 3:
                pass
        assert marked not in running()


def running() -> str:
    """The words of all processes."""
    words = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words.append(path.read_text(errors="replace"))
    return "\n".join(words)


def test_a_port_that_was_found_is_given_to_nobody_who_did_not_ask_for_it() -> None:
    port = free_port()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((LOOPBACK, port))
    with socket.create_server((LOOPBACK, port)) as engine:
        assert engine.getsockname() == (LOOPBACK, port)


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
