import pytest

from licet.stages.json_text import is_json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, null]}', True),
        ('"a"', True),
        (" 1 ", True),
        ("", False),
        ("{'a': 1}", False),
        ('{"a": 1} b', False),
        ("[" * 100_000, False),
    ],
)
def test_a_text_is_json_when_it_can_be_read_as_such(text: str, *, expected: bool) -> None:
    assert is_json(text) == expected
