"""A dry run measures what would travel in chunks, against the version before and without a hub."""

from pathlib import Path

import numpy as np
import pytest

from licet.pipelines.publish.estimate import Estimate, estimate

pytest.importorskip("hf_xet")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A file of 3 MB, and the same with 100 kB in its middle replaced."""
    data = np.random.default_rng(7).bytes(3_000_000)
    (tmp_path / "before").write_bytes(data)
    (tmp_path / "after").write_bytes(data[:1_500_000] + np.random.default_rng(8).bytes(100_000) + data[1_600_000:])
    return str(tmp_path / "before"), str(tmp_path / "after")


def test_of_a_first_version_every_byte_is_new(files: tuple[str, str]) -> None:
    assert estimate(files[:1]) == Estimate(3_000_000, 3_000_000)


def test_of_a_changed_file_only_the_chunks_around_the_change_are(files: tuple[str, str]) -> None:
    found = estimate(files[1:], held=files[:1])
    assert found.total == 3_000_000
    assert 100_000 <= found.new < 600_000


def test_nothing_to_send_is_nothing(files: tuple[str, str]) -> None:
    assert estimate([], held=files) == Estimate(0, 0)
