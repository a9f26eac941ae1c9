import hashlib
import json
from pathlib import Path

import pytest
from talks import assistant, batch_of, call, judge_of, measured, pair, talk, tool, user, verdict
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from licet.schemas.errors import InputError, RecipeError
from licet.stages.conversation import load_tokenizer

TEXT = ["the river runs to the sea", "nobody knows why the river turns", "ask the river and the sea"] * 4


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small byte-pair tokenizer, trained on a few sentences; it cuts and pads, which counts must not heed."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.enable_truncation(max_length=4)
    tokenizer.enable_padding(length=64)
    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tokenizer.save(str(file))
    return str(file)


def count(path: str, text: str) -> int:
    return len(load_tokenizer(path).encode(text, add_special_tokens=False).ids)


def test_tokens_are_those_of_the_file_for_prompt_answer_and_both(path: str) -> None:
    question, answer = "why does the river run", "nobody knows"
    row = talk(user(question), assistant(answer))
    lengths = [measured(f"{part}_tokens", row, tokenizer=path)[0] for part in ("prompt", "answer", "total")]
    assert lengths == [count(path, question), count(path, answer), count(path, question) + count(path, answer)]
    assert lengths[0] > 4


def test_reasoning_and_calls_count_and_of_two_sides_the_longer_one(path: str) -> None:
    called = talk(
        user("sea"), assistant("ok", call("look", '{"a": 1}'), reasoning="the sea"), tool("blue"), assistant("the sea")
    )
    words = ["sea", 'the sea\nok\nlook {"a": 1}', "blue"]
    assert measured("prompt_tokens", called, tokenizer=path) == [sum(count(path, each) for each in words)]
    sides = pair("the sea", "the river and the sea", question="why")
    assert measured("answer_tokens", sides, tokenizer=path) == [count(path, "the river and the sea")]


def test_bounds_on_tokens_refuse_with_what_was_counted(path: str) -> None:
    row = talk(user("why"), assistant("nobody knows why the river turns"))
    total = count(path, "why") + count(path, "nobody knows why the river turns")
    bound = {"max_total_tokens": total - 1}
    assert verdict(row, tokenizer=path, set=bound) == ("too_many_tokens", total, total - 1, None)
    assert verdict(row, tokenizer=path, set={"max_total_tokens": total})[0] is None
    assert verdict(row, tokenizer=path, set={"min_answer_tokens": 99})[0] == "answer_too_short"


def test_a_file_that_is_no_tokenizer_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": 1}))
    with pytest.raises(InputError, match=r"is no tokenizer .*give a Hugging Face tokenizer\.json"):
        load_tokenizer(str(tmp_path / "tokenizer.json"))
    with pytest.raises(InputError, match="cannot read the tokenizer"):
        load_tokenizer(str(tmp_path / "none.json"))


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(RecipeError, match=r"pip install 'licet\[tokenizers\]'"):
        load_tokenizer("never-read.json")


def test_counts_do_not_depend_on_how_rows_are_cut(path: str) -> None:
    rows = [talk(user(text), assistant(hashlib.sha256(text.encode()).hexdigest())) for text in TEXT]
    judge = judge_of(tokenizer=path, set={"max_total_tokens": 1})
    whole = judge(batch_of(*rows)).value.to_pylist()  # type: ignore[union-attr]
    apart = [judge(batch_of(row)).value[0].as_py() for row in rows]  # type: ignore[index]
    assert whole == apart
