"""Real text for the dedup benchmarks: 200 MB and 2 GB of documents in JSON Lines, each with its origin.

    python -m benchmarks dedup_corpus

The text is what Debian's documentation packages, the source of its kernel and large Python packages hold: manuals,
references in several languages, generated interface documentation, source code. Nothing is made up or repeated, so the
near duplicates are real: editions of a page, licences, generated clients. Everything is fetched by the ordinary
clients as data, is not run, and stays in `build/`.
"""

import gzip
import hashlib
import json
import re
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.corpus import CACHE, site_packages

HOME = CACHE / "dedup"
SIZES = {"200MB": (200_000_000, 8), "2GB": (2_000_000_000, 32)}
LEAST, MOST = 500, 100_000

DEBIAN = [
    "anarchism",
    "bible-kjv-text",
    "clang-14-doc",
    "cmake-doc",
    "cppreference-doc-en-html",
    "debian-faq",
    "debian-handbook",
    "debian-policy",
    "developers-reference",
    "erlang-doc",
    "freebsd-manpages",
    "ghc-doc",
    "gimp-help-de",
    "gimp-help-en",
    "gnome-user-docs",
    "jargon-text",
    "krb5-doc",
    "libboost1.74-doc",
    "libgtk-3-doc",
    "libreoffice-help-de",
    "libreoffice-help-en-us",
    "libreoffice-help-fr",
    "libreoffice-help-ja",
    "libstdc++-12-doc",
    "linux-doc-6.1",
    "linux-source-6.1",
    "llvm-14-doc",
    "manpages-de",
    "manpages-dev",
    "manpages-es",
    "manpages-fr",
    "manpages-it",
    "manpages-ja",
    "manpages-pl",
    "manpages-ru",
    "manpages-zh",
    "maxima-doc",
    "nodejs-doc",
    "octave-doc",
    "openjdk-17-doc",
    "perl-doc",
    "postgresql-doc-15",
    "python-django-doc",
    "python-pandas-doc",
    "python-scipy-doc",
    "python-sympy-doc",
    "python3.11-doc",
    "qtbase5-doc-html",
    "r-doc-html",
    "rust-doc",
    "sagemath-doc",
    "sbcl-doc",
    "scilab-doc",
    "sqlite3-doc",
    "vim-doc",
    "zsh-doc",
]

_HTML = {".html", ".htm", ".xhtml"}
_TEXT = {".c", ".dts", ".dtsi", ".h", ".js", ".md", ".pod", ".py", ".pyi", ".rs", ".rst", ".s", ".ts", ".txt", ".yml"}
_MANUAL = re.compile(r"\.[1-9][a-z]*$")

Document = tuple[str, str]


def debian_packages() -> list[Path]:
    """Return the folders into which the packages are unpacked, fetching and unpacking those that are not there."""
    folders = []
    for package in DEBIAN:
        folder = CACHE / "debian" / package
        if not folder.exists():
            fetched = CACHE / "debian" / "fetched" / package
            fetched.mkdir(parents=True, exist_ok=True)
            done = subprocess.run(["apt-get", "download", "-q", package], check=False, cwd=fetched, capture_output=True)
            if done.returncode:
                print(f"without {package}: is `apt-get update` done?")
                continue
            unpacked = folder.with_suffix(".part")
            for archive in fetched.glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", archive, unpacked], check=True)
            for archive in unpacked.glob("usr/src/*.tar.xz"):
                with tarfile.open(archive) as inner:
                    inner.extractall(unpacked / "usr" / "src", filter="data")
                archive.unlink()
            unpacked.rename(folder)
        folders.append(folder)
    return folders


def text_of(path: Path) -> str | None:
    """Return a file's text, a page's without its tags; nothing where it is not text of the sizes wanted."""
    name = path.name.removesuffix(".gz").lower()
    suffix = Path(name).suffix
    if suffix not in _HTML and suffix not in _TEXT and not _MANUAL.search(name):
        return None
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 20 * MOST:
        return None
    data = path.read_bytes()
    try:
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    except (OSError, EOFError, UnicodeDecodeError):
        return None
    if suffix in _HTML:
        from resiliparse.extract.html2text import extract_plain_text

        text = extract_plain_text(text, main_content=True)
    return text if LEAST <= len(text.encode()) <= MOST and "\0" not in text else None


def documents_of(folder: Path) -> list[Document]:
    """Return (origin, text) of the files in one package."""
    files = sorted(folder.rglob("*"))
    return [(str(path.relative_to(CACHE)), text) for path in files if (text := text_of(path)) is not None]


def documents() -> Iterator[Document]:
    """Return (origin, text) of everything, in no particular order."""
    folders = [folder for folder in site_packages().iterdir() if folder.is_dir()] + debian_packages()
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(documents_of, sorted(folders)):
            yield from found


def corpus(size: str = "200MB") -> Path:
    """Return the folder with the JSON Lines of a size, made where it is not there yet.

    Documents are in the order of a hash of their origin, so the small corpus is a sample of the large one. A row has
    ``id``, ``text`` and ``origin``, its file in the cache folder.
    """
    if not (HOME / size / "done").exists():
        held = sorted((hashlib.sha256(origin.encode()).hexdigest(), origin, text) for origin, text in documents())
        for name, (bytes_wanted, files) in SIZES.items():
            _write(HOME / name, held, bytes_wanted, files)
    return HOME / size


def _write(folder: Path, held: Sequence[tuple[str, str, str]], bytes_wanted: int, files: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sinks = [(folder / f"{number:04}.jsonl").open("w", encoding="utf-8") for number in range(files)]
    written = rows = 0
    for digest, origin, text in held:
        if written >= bytes_wanted:
            break
        row = {"id": digest[:32], "text": text, "origin": origin}
        sinks[rows % files].write(json.dumps(row, ensure_ascii=False) + "\n")
        written += len(text.encode())
        rows += 1
    for sink in sinks:
        sink.close()
    (folder / "done").write_text(json.dumps({"rows": rows, "text_bytes": written}))


def told(folder: Path) -> dict[str, int]:
    """Return the rows of a corpus and the bytes of their text."""
    found: dict[str, int] = json.loads((folder / "done").read_text())
    return found


def main(_argv: Sequence[str] = ()) -> None:
    for size in SIZES:
        size_told = told(corpus(size))
        print(f"{size}: {size_told['rows']:,} documents, {size_told['text_bytes'] / 1e6:,.1f} MB of text")
