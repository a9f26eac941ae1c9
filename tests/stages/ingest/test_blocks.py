import io

import pytest
import zstandard

from licet.stages.ingest.blocks import BLOCK, blocks
from licet.stages.ingest.reasons import Damaged


def test_zstd_comes_in_blocks_of_a_megabyte_however_small_its_frames() -> None:
    frames = [zstandard.compress(bytes([number % 251]) * 1000) for number in range(3000)]
    found = list(blocks(io.BytesIO(b"".join(frames)), "zstd"))
    assert b"".join(found) == b"".join(bytes([number % 251]) * 1000 for number in range(3000))
    assert [len(block) >= BLOCK for block in found] == [True, True, False]


def test_what_stands_before_a_damage_is_yielded_before_it_is_told() -> None:
    found = blocks(io.BytesIO(zstandard.compress(b"one") + zstandard.compress(b"two" * 99)[:-3]), "zstd")
    assert next(found).startswith(b"one")
    with pytest.raises(Damaged, match="ends within a frame"):
        next(found)
