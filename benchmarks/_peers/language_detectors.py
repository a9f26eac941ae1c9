"""Runs one language detector over texts, in a process of its own: `python language_detectors.py NAME MODEL < texts`.

Reads a JSON list of texts; writes a JSON object of the labels, the processor seconds that detecting took, and the
resident bytes that the detector added. It imports nothing of Licet: detectors live in an environment of their own.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Detector = Callable[[str], str]


def resiliparse(_: str) -> Detector:
    from resiliparse.parse.lang import detect_fast

    return lambda text: str(detect_fast(text, cutoff=1200)[0])


def fasttext(model: str) -> Detector:
    import fasttext

    loaded = fasttext.load_model(model)
    return lambda text: (loaded.predict(text)[0] or ("",))[0].removeprefix("__label__")


def cld2(_: str) -> Detector:
    import pycld2

    return lambda text: str(pycld2.detect(text, isPlainText=True, bestEffort=True)[2][0][1])


def cld3(_: str) -> Detector:
    import gcld3

    found: Any = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4096)
    return lambda text: str(found.FindLanguage(text=text).language)


def py3langid(_: str) -> Detector:
    import py3langid

    return lambda text: str(py3langid.classify(text)[0])


def lingua(_: str) -> Detector:
    from lingua import LanguageDetectorBuilder

    builder = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode()
    built = builder.with_preloaded_language_models().build()

    def detect(text: str) -> str:
        found = built.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else ""

    return detect


DETECTORS = {f.__name__: f for f in (resiliparse, fasttext, cld2, cld3, py3langid, lingua)}


def resident() -> int:
    """Return the bytes of this process that are in memory."""
    (told,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return 1024 * int(told.split()[1])


def main() -> None:
    texts = json.load(sys.stdin)
    before = resident()
    detect = DETECTORS[sys.argv[1]](sys.argv[2])
    detect(texts[0])
    started = time.process_time()
    labels = [detect(text) for text in texts]
    spent = time.process_time() - started
    json.dump({"labels": labels, "seconds": spent, "memory": resident() - before}, sys.stdout)


if __name__ == "__main__":
    main()
