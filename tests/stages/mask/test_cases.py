import re

import pytest
from mask_cases import CASES

from licet.schemas.masking import KINDS, Kind, Masking
from licet.stages.mask import Masker

ALL = Masker(Masking(kinds=list(KINDS)))
ALONE = {kind: Masker(Masking(kinds=[kind])) for kind in KINDS}
SPAN = re.compile("⟦(.*?)⟧", re.DOTALL)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, (texts, _) in CASES.items() for text in texts])
def test_what_is_of_a_kind_is_masked_whole_and_nothing_beside_it(kind: Kind, text: str) -> None:
    plain = SPAN.sub(r"\1", text)
    assert ALONE[kind].text(plain) == SPAN.sub(f"<{kind.upper()}>", text)
    assert ALL.text(plain) == SPAN.sub(f"<{kind.upper()}>", text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, (_, texts) in CASES.items() for text in texts])
def test_what_only_looks_like_a_kind_stays(kind: Kind, text: str) -> None:
    assert ALONE[kind].text(text) == text


def test_there_are_hundreds_of_cases() -> None:
    assert sum(len(texts) for pair in CASES.values() for texts in pair) >= 300
