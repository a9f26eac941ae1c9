import pytest
from talks import asked, measured, verdict


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("```python\nprint(1)\n```", 0),
        ("```python\nprint(1)", 1),
        ("1. Run\n   ```sh\n   ls\n   ```\n2. Done", 0),
        ("- ```sh\n  ls\n  ```", 0),
        ("> ```\n> a\n> ```", 0),
        ("````md\n```\ninner\n```\n````", 0),
        ("````md\n```\ninner\n```", 1),
        ("~~~\na\n```\n~~~", 0),
        ("Use ```x``` for code.", 0),
        ("```x``` is inline", 0),
        ("```\na\n```\ntext\n```js\nb", 1),
    ],
)
def test_fences_are_those_of_commonmark(text: str, is_open: int) -> None:
    assert measured("open_fences", asked(text)) == [is_open]


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        (r"\[ x = 1 \]", 0),
        (r"\[ x = 1", 1),
        (r"\begin{align} x &= 1 \\[2pt] y &= 2 \end{align}", 0),
        (r"\begin{align} x &= 1", 1),
        (r"\begin{align*} a \end{align*} \begin{cases}", 1),
        ("```latex\n\\begin{align}\n```", 0),
        (r"Write `\begin{x}` first.", 0),
        (r"The end: \end{align}", 0),
        (r"so that \( a + b = c", 1),
        (r"so that \( a + b = c \) and \(f(x) + 1\).", 0),
        (r'print("a is \(a), b is \(b)")', 0),
        (r"Hence $$ \int_0^1 x\,dx = \frac{1}{2}", 1),
        (r"Hence $$ \int_0^1 x\,dx $$", 0),
        ("It costs $$ and $5, and the shell's own number is $$.", 0),
        ("That is a lot of $$ for a hat.", 0),
    ],
)
def test_latex_must_be_closed_outside_of_code(text: str, is_open: int) -> None:
    assert measured("open_maths", asked(text)) == [is_open]


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("It has two parts (the first and the second", 1),
        ("It has two parts (the first and the second).", 0),
        ("I am sad :(", 0),
        ("a) one\nb) two", 0),
        ("It has [three parts", 1),
        ("print(a[1", 0),
        ("It has (two\nparts) and more.", 0),
        ("It has (two)\nparts", 0),
    ],
)
def test_brackets_in_the_last_line_of_prose_must_be_closed(text: str, is_open: int) -> None:
    assert measured("open_brackets", asked(text)) == [is_open]


def test_what_is_open_is_refused_by_strict_only() -> None:
    row = asked("```python\nprint(1)")
    assert verdict(row)[0] is None
    assert verdict(row, profile="strict") == ("code_fence_open", 1, 0, "messages[1]")
