"""Lengths in tokens of a real tokenizer: of the last answer, of all before it, of both.

Refused with ``max_total_tokens: 4096``: what a trainer with a window of 4,096 would cut (`too_many_tokens`). The file
is a Hugging Face ``tokenizer.json``, whose sha256 stands in the manifest. Counted are the words of messages, their
reasoning and the names and arguments of their calls; what a chat template puts around them is not, which is 3 to 10
tokens a message and differs by template. Of a preference's two sides the longer one counts. No profile has a bound, for
it is that of the model to be trained: TRL's ``max_length`` (1,024 by default), open-instruct's ``max_seq_length``
(4,096 in Tülu 3's recipes).
"""

import os
from functools import cache
from typing import Any

import numpy as np

from licet.schemas.errors import InputError, RecipeError
from licet.stages import storage
from licet.stages.conversation.turns import COMPLETION, MESSAGES, PROMPT, REJECTED, Floats, Found, Turns

PIECE = 2_000
"""Messages that are tokenised together."""


def prompt_tokens(turns: Turns, path: str) -> Found:
    """Measure the tokens of all messages before the last of a conversation, or of a preference's prompt."""
    return Found(_lengths(turns, path)[0])


def answer_tokens(turns: Turns, path: str) -> Found:
    """Measure the tokens of the last message of a conversation, or of the longer side of a preference."""
    return Found(_lengths(turns, path)[1])


def total_tokens(turns: Turns, path: str) -> Found:
    """Measure the tokens of both."""
    prompt, answer = _lengths(turns, path)
    return Found(prompt + answer)


def _lengths(turns: Turns, path: str) -> tuple[Floats, Floats]:
    if "tokens" not in turns.shared:
        counts = _counts(turns, path)
        is_answer = (turns.part == MESSAGES) & turns.is_last
        is_prompt = (turns.part == PROMPT) | ((turns.part == MESSAGES) & ~turns.is_last)

        def total(which: Any) -> Floats:
            return np.bincount(turns.row[which], weights=counts[which], minlength=turns.rows).astype(np.float64)

        answers = [total(is_answer), *(total(turns.part == part) for part in range(COMPLETION, REJECTED + 1))]
        turns.shared["tokens"] = total(is_prompt), np.maximum.reduce(answers)
    found: tuple[Floats, Floats] = turns.shared["tokens"]
    return found


def _counts(turns: Turns, path: str) -> Floats:
    """Return the tokens of each message."""
    tokenizer = load_tokenizer(path)
    texts = turns.content.to_pylist()
    reasoning = turns.message.field("reasoning_content")
    for index in np.flatnonzero(reasoning.is_valid().to_numpy(zero_copy_only=False)).tolist():
        texts[index] = f"{reasoning[index].as_py()}\n{texts[index]}"
    for index in np.flatnonzero(turns.calls > 0).tolist():
        for call in turns.message.field("tool_calls")[index].as_py():
            function = call["function"] or {}
            texts[index] += f"\n{function.get('name') or ''} {function.get('arguments') or ''}"
    found = np.zeros(len(texts))
    for start in range(0, len(texts), PIECE):
        encoded = tokenizer.encode_batch_fast(texts[start : start + PIECE], add_special_tokens=False)
        found[start : start + PIECE] = [len(each) for each in encoded]
    return found


def load_tokenizer(path: str) -> Any:
    """Return the tokenizer of a file, loaded once a process while that is the same, without cutting or padding.

    Raises:
        RecipeError: the package that reads it is not installed.
        InputError: the file cannot be read, or is none.

    """
    return _loaded(path, storage.state_of(path))


@cache
def _loaded(path: str, state: tuple[int, ...]) -> Any:
    """Return the tokenizer of a file, which ``state`` tells from what it was before."""
    del state
    # One core a worker is counted on, and a pool of threads does not outlive a fork.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise RecipeError("`conversations.tokenizer` needs a package: pip install 'licet[tokenizers]'") from error
    try:
        data = storage.read_bytes(path)
    except (OSError, ValueError, ImportError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the tokenizer {path}: {told}") from error
    try:
        tokenizer = Tokenizer.from_buffer(data)
    except Exception as error:  # of its own kind, which is no other than Exception
        raise InputError(
            f"{path} is no tokenizer ({' '.join(str(error).split())[:120]}): give a Hugging Face tokenizer.json"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
