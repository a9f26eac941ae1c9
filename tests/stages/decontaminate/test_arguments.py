import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.decontaminate.arguments import Read, read_arguments, words_between

TEXTS = st.text(max_size=12) | st.text(alphabet='n\n\t"\\/é😀 ', max_size=12)


@given(st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS, max_size=2), max_size=3), st.booleans())
def test_what_json_says_is_read_and_every_character_is_found_again(value: object, ascii_only: bool) -> None:
    told = json.dumps(value, ensure_ascii=ascii_only)
    if "\\" not in told or not isinstance(value, dict):
        return
    read = read_arguments(told)
    for name, said in value.items():
        assert name in read.text
        for each in [said] if isinstance(said, str) else said:
            assert each in read.text
    for start in range(len(read.text)):
        for end in (start + 1, len(read.text)):
            assert words_between(told, read.place(start), read.place(end)) == read.text[start:end]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("", ""),
        ('{"a": "b c"}', '{"a": "b c"}'),
        (r'{"code": "a\nb\t\"c\" \\d\/"}', '{"code": "a\nb\t"c" \\d/"}'),
        (r'{"a": "caf\u00e9s \ud83d\ude00 \ud83d."}', '{"a": "cafés 😀 \ufffd."}'),
        (r'{"body": "{\"code\": \"a\\nb\"}"}', r'{"body": "{"code": "a\nb"}"}'),
        (r'print("a\nb")', r'print("a\nb")'),
        ("[" * 100_000 + "\\n", "[" * 100_000 + "\\n"),
    ],
)
def test_escapes_are_those_of_json_one_level_of_them(arguments: str, text: str) -> None:
    assert read_arguments(arguments).text == text


def test_a_character_is_placed_behind_what_escapes_took() -> None:
    read = read_arguments(r'["a\nb\u00e9c"]')
    assert read == Read('["a\nbéc"]', (4, 6), (1, 6))
    assert [read.place(at) for at in range(9)] == [0, 1, 2, 3, 5, 6, 12, 13, 14]
