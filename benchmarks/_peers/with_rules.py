"""The peers' own filters on shape over a JSON list of texts; runs with the Python of the peers' venv.

Arguments: the filter, the file of texts, the file of answers, the folder of unpacked wheels. The answer is, for each
text, the reason it was dropped for or null, and for C4 what was left of it; and the processor seconds that took.
"""

import contextlib
import importlib.util
import json
import sys
import time
import types
from collections.abc import Callable
from typing import Any

Answer = tuple[str | None, str | None]


def datatrove(name: str) -> Callable[[str], Answer]:
    """Return datatrove's filters."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    filters = {
        "gopher@datatrove": lambda: [GopherRepetitionFilter(), GopherQualityFilter()],
        "fineweb@datatrove": lambda: [FineWebQualityFilter()],
        "c4@datatrove": lambda: [C4QualityFilter()],
        "c4-fineweb@datatrove": lambda: [C4QualityFilter(filter_no_terminal_punct=False)],
    }[name]()

    def ask(text: str) -> Answer:
        document = Document(text=text, id="")
        for each in filters:
            kept = each.filter(document)
            if kept is not True:
                return str(kept[1]) if isinstance(kept, tuple) else "dropped", None
        return None, document.text if name.startswith("c4") else None

    return ask


def stub(name: str, **members: Any) -> None:
    """Put a module with such members, or a package, where imports find it."""
    module = types.ModuleType(name)
    module.__path__ = []
    vars(module).update(members)
    sys.modules[name] = module


def loaded(name: str, path: str) -> Any:
    """Return one module of a package that is not imported as a whole."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def tfds(wheels: str) -> Callable[[str], Answer]:
    """Return TFDS's ``clean_page`` behind its limit of length, with Punkt's sentences."""
    import punkt

    core = "tensorflow_datasets.core"
    for name in ("tensorflow_datasets", core, f"{core}.utils"):
        stub(name)
    stub(f"{core}.utils.lazy_imports_utils", tensorflow=types.SimpleNamespace())
    stub("tensorflow_datasets.public_api")
    sys.modules["tensorflow_datasets"].public_api = sys.modules["tensorflow_datasets.public_api"]  # type: ignore[attr-defined]
    module = loaded("c4_utils", f"{wheels}/tensorflow_datasets/text/c4_utils.py")
    module._get_sentences = lambda text: punkt.sent_tokenize(text, "english")
    clean = module.get_clean_page_fn()

    def ask(text: str) -> Answer:
        if len(text) > 1.9e5:
            return "too_long", None
        why: list[str] = []
        left = list(clean(module.PageFeatures(text=text), counter_inc_fn=why.append))
        return (None, left[0].text) if left else (why[-1], None)

    return ask


def curator(wheels: str) -> Callable[[str], Answer]:
    """Return the filters of NeMo Curator's configuration for English, in its order; equals are taken as first met."""
    text = "nemo_curator.stages.text"
    for name in ("nemo_curator", "nemo_curator.stages", text, f"{text}.filters", f"{text}.utils"):
        stub(name)

    class DocumentFilter:
        """What filters of documents are made from."""

        def __init__(self) -> None:
            self._sentences = self._paragraphs = self._ngrams = None

    stub(f"{text}.filters.doc_filter", DocumentFilter=DocumentFilter)
    home = f"{wheels}/nemo_curator/stages/text"
    for name in ("constants", "text_utils"):
        loaded(f"{text}.utils.{name}", f"{home}/utils/{name}.py")
    a = loaded("string", f"{home}/filters/heuristic/string.py")
    b = loaded("repetition", f"{home}/filters/heuristic/repetition/repetition.py")
    # A set of strings has another order in each process; a dict has that of the text.
    b.set = dict.fromkeys
    filters = [
        a.NonAlphaNumericFilter(0.25), a.SymbolsToWordsFilter(0.1), a.NumbersFilter(0.15), a.UrlsFilter(0.2),
        a.WhiteSpaceFilter(0.25), a.ParenthesesFilter(0.1), a.BoilerPlateStringFilter(True, 0.4),
        b.RepeatedLinesFilter(0.7), b.RepeatedParagraphsFilter(0.7), b.RepeatedLinesByCharFilter(0.8),
        b.RepeatedParagraphsByCharFilter(0.8), a.WordCountFilter(50, 100_000), a.PunctuationFilter(0.85),
        a.WordsWithoutAlphabetsFilter(0.8), a.CommonEnglishWordsFilter(2, True), a.MeanWordLengthFilter(3, 10),
        a.LongWordFilter(1000), a.EllipsisFilter(0.3),
        *(b.RepeatingTopNGramsFilter(n, most) for n, most in ((2, 0.2), (3, 0.18), (4, 0.16))),
        *(b.RepeatingDuplicateNGramsFilter(n, 0.2 - n / 100) for n in range(5, 11)),
        a.BulletsFilter(0.9),
    ]  # fmt: skip
    bounds = iter((0.15, 0.14, 0.13, 0.12, 0.11, 0.10))
    for each in filters:
        if isinstance(each, b.RepeatingDuplicateNGramsFilter):
            each._cutoff = next(bounds)

    def ask(text: str) -> Answer:
        for each in filters:
            with contextlib.suppress(ZeroDivisionError):
                if each.keep_document(each.score_document(text)):
                    continue
            return f"{type(each).__name__}{getattr(each, '_n', '')}", None
        return None, None

    return ask


def main() -> None:
    name, given, answers, wheels = sys.argv[1:]
    with open(given, encoding="utf-8") as file:
        texts = json.load(file)
    ask = {"c4@tfds": tfds, "nemotron-en@curator": curator}.get(name, lambda _: datatrove(name))(wheels)
    # What is loaded with the first text is not counted.
    ask("One line of text. And another one, of which there is more.")
    started = time.process_time()
    told = [ask(text) for text in texts]
    spent = time.process_time() - started
    with open(answers, "w", encoding="utf-8") as file:
        json.dump({"answers": told, "seconds": spent}, file)


if __name__ == "__main__":
    main()
