"""The command as a shell would call it, in this process."""

import contextlib
import io
import sys
from collections.abc import Iterator

from licet.pipelines.cli import main


def called(*words: str) -> tuple[int, str, str]:
    """Call the command; return exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), command_line(["licet", *words]):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    assert "Traceback" not in err.getvalue()
    return code, out.getvalue(), err.getvalue()


@contextlib.contextmanager
def command_line(words: list[str]) -> Iterator[None]:
    """Let the process have been called with some words."""
    before, sys.argv = sys.argv, words
    try:
        yield
    finally:
        sys.argv = before
