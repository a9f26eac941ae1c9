"""Files as nobody should write them, one folder of them for each reader."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from tiny import document

Write = Callable[[Path], None]
DEEP = b"[" * 50_000 + b"]" * 50_000
NOISE = bytes(i * i % 251 for i in range(5_000))
PAGE = "A paragraph with a fair number of words, so that there is a text to be read. " * 5


def lines(*rows: Any) -> bytes:
    """Return rows as JSON Lines."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def good(first: int, count: int) -> bytes:
    """Return good rows; of another ``first``, others."""
    return lines(*({"text": document(first + i)} for i in range(count)))


def write_jsonl(folder: Path) -> None:
    """JSON Lines that break off, that are none, and whose fields hold anything."""
    texts = [
        "  ",
        "\u2003\u3000",
        "one",
        "!!!???...",
        "😀" * 50,
        "\u200b\u200b",
        "\x1b[31m",
        "\u0301" * 5_000,
        "w " * 50_000,
    ]
    own: list[dict[str, Any]] = [
        {"id": -1},
        {"id": 10**400},
        {"id": [1]},
        {"id": ""},
        {"license": 5, "url": [], "date": {}},
    ]
    own += [{"license": "x" * 100_000}, {"license": "(" * 10_000}, {"license": ["MIT", None]}, {"url": "u" * 100_000}]
    for name, data in {
        "good.jsonl": good(0, 3),
        "cut.jsonl.gz": gzip.compress(good(10, 500))[:-300],
        "cut.jsonl.zst": zstandard.compress(good(20, 500))[:-100],
        "head.jsonl.gz": gzip.compress(good(30, 3))[:7],
        "noise.jsonl.gz": b"\x1f\x8b" + NOISE,
        "plain.jsonl.gz": good(40, 2),
        "noise.jsonl": NOISE,
        "latin.jsonl": b'{"text":"caf\xe9"}\n' + good(50, 1),
        "utf16.jsonl": good(60, 2).decode().encode("utf-16"),
        "long.jsonl": b'{"text":"' + b"x" * 2_000_000 + b'"}\n' + good(70, 1),
        "word.jsonl": lines({"text": "y" * 900_000}),
        "types.jsonl": b'1\n"s"\nnull\n[1]\n{}\n{"text":1}\n{"text":null}\n{"text":[]}\n{"text":{}}\n{"text":1e999}\n'
        + b'{"text":' + b"9" * 5_000 + b"}\n" + good(80, 1),
        "empty.jsonl": b"",
        "blank.jsonl": b"\n\n  \n\t\n",
        "nul.jsonl": b'\0\0\n{"text":"nul \\u0000 within"}\n{"text":"raw \0 within"}\n',
        "deep.jsonl": b'{"text":"deep","x":' + DEEP + b"}\n" + DEEP + b"\n",
        "halves.jsonl": b'{"text":"half \\ud800"}\n{"text":"a \\ud83d\\ude00 pair"}\n{"text":"a","id":"\\udc00"}\n'
        b'{"text":"b","license":{"a":"\\ud800"}}\n',
        "same.jsonl": lines({"id": "same", "text": document(90)}, {"id": "same", "text": document(91)})
        + lines({"id": "same", "text": document(91)})
        + good(0, 2),
        "odd.jsonl": lines(*({"text": text} for text in texts)),
        "own.jsonl": lines(*({"text": document(100 + i), **each} for i, each in enumerate(own))),
    }.items():  # fmt: skip
        (folder / name).write_bytes(data)


def write_parquet(folder: Path) -> None:
    """Parquet with nulls, without rows, with bytes and times that Python cannot hold, and with a damaged page."""
    bad_text = pa.Array.from_buffers(pa.string(), 2, pa.array([b"\xff", b"fine"], pa.binary()).buffers())
    texts = [document(i) for i in range(40)]
    pq.write_table(
        pa.table({"text": texts, "date": pa.array([2**60] * 40, pa.timestamp("us"))}), folder / "good.parquet"
    )
    pq.write_table(
        pa.table({"text": pa.array([None] * 3, pa.string()), "date": pa.array([1] * 3)}), folder / "nulls.parquet"
    )
    pq.write_table(
        pa.table({"text": pa.array([], pa.string()), "date": pa.array([], pa.date32())}), folder / "no.parquet"
    )
    pq.write_table(pa.table({"text": bad_text, "date": [{"a": 1}] * 2}), folder / "bytes.parquet")
    pq.write_table(
        pa.table({"text": ["x", "y"], "date": pa.StructArray.from_arrays([bad_text], ["of"])}), folder / "inner.parquet"
    )
    data = bytearray((folder / "good.parquet").read_bytes())
    data[40:400] = NOISE[:360]
    (folder / "page.parquet").write_bytes(data)


def write_text(folder: Path) -> None:
    """A tree with binary files, odd names, dangling links, pipes' likes, and licence files that are none."""
    for name, data in {
        "good.txt": document(1).encode(),
        "empty.md": b"",
        "white.md": b" \n\t ",
        "bytes.txt": NOISE,
        "latin.txt": "caf\xe9".encode("latin-1"),
        "utf16.txt": document(2).encode("utf-16"),
        "half.txt": "\ud800".encode("utf-8", "surrogatepass"),
        "large.txt": b"x " * 600_000,
        "sp ace\nline.txt": document(3).encode(),
        "q?[x].txt": document(4).encode(),
        "LICENSE": NOISE,
        "one/LICENSE.txt": b"A" * 300_000,
        "one/a.txt": document(5).encode(),
        "one/a.txt.license": b"SPDX-License-Identifier: ((((\n",
        "two/README.md": b"License: " + b"MIT " * 50_000,
        "two/b.txt": document(6).encode(),
        "folder.txt/c.txt": document(7).encode(),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "dangling.txt").symlink_to("nowhere")
    (folder / "COPYING").symlink_to("nowhere")
    (folder / "loop").symlink_to(".")


def record(body: bytes, kind: str = "response", length: object = None, extra: str = "") -> bytes:
    """Return one WARC record, whose Content-Length may be anything."""
    media = "application/http; msgtype=response" if kind == "response" else "text/plain"
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://example.org/\r\nContent-Type: {media}\r\n{extra}"
    return f"{head}Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body + b"\r\n\r\n"


def answer(
    html: str | bytes, media: str = "text/html; charset=utf-8", extra: str = "", status: str = "200 OK"
) -> bytes:
    """Return an HTTP answer."""
    body = html if isinstance(html, bytes) else html.encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{extra}\r\n".encode() + body


def write_warc(folder: Path) -> None:
    """WARC files with wrong lengths, and pages made to blow up parsers."""
    page = f"<html><body><main><p>{PAGE}</p></main></body></html>"
    fine = record(answer(page))
    packed = gzip.compress(page.encode())
    bombs = ["<div>" * 30_000 + PAGE, "<b><i>" * 20_000 + PAGE, f"<p title='{'a' * 900_000}'>{PAGE}</p>", "<" * 200_000]
    bombs += ["&#" * 100_000, PAGE + "<!--" * 20_000, f"&#xD800; &#0; &#1114112; {PAGE}"]
    bombs += [f"<a rel=license href='http://e.org/{i}'>x</a>" * 2_000 + PAGE for i in range(2)]
    bombs += [
        f"<script type='application/ld+json'>{told}</script>{PAGE}" for told in ("[" * 50_000, '{"license":' * 9_000)
    ]
    charsets = ["utf-16", "nope", "base64", "idna", "zlib", "unicode_escape", "\0", "x" * 50_000]
    for name, data in {
        "fine.warc": fine,
        "cut.warc": fine + fine[:-200],
        "cut.warc.gz": gzip.compress(fine) + gzip.compress(fine)[:-30],
        "noise.warc.gz": gzip.compress(fine) + NOISE + gzip.compress(fine),
        "short.warc": record(answer(page), length=10) + fine,
        "long.warc": record(answer(page), length=10**6) + fine,
        "huge.warc": record(answer(page), length=10**18) + fine,
        "negative.warc": record(answer(page), length=-5) + fine,
        "word.warc": record(answer(page), length="x") + fine,
        "head.warc": b"WARC/1.0\r\n",
        "empty.warc": b"",
        "nul.warc": b"WARC/1.0\r\n" + b"\0" * 50_000,
        "bombs.warc": b"".join(record(answer(html)) for html in bombs),
        "charsets.warc": b"".join(record(answer(page, f"text/html; charset={name}")) for name in charsets),
        "status.warc": b"".join(record(answer(page, status=s)) for s in ("abc", "9" * 30, "404 No")) + record(b"none"),
        "packed.warc": b"".join(
            record(answer(body, extra="Content-Encoding: gzip\r\n"))
            for body in (packed, packed[:-40], b"none" * 50, gzip.compress(b"a" * 20_000_000))
        ),
        "chunked.warc": record(answer(b"F" * 20 + b"\r\nbad", extra="Transfer-Encoding: chunked\r\n")) + fine,
    }.items():
        (folder / name).write_bytes(data)


def write_wet(folder: Path) -> None:
    """WET files with wrong lengths and bytes that are no text."""
    texts = [document(1).encode(), b"\xff\xfe", b"", b"   ", b"\0\0", "😀".encode() * 90, b"one", b"w" * 2_000_000]
    (folder / "a.wet").write_bytes(b"".join(record(text, "conversion") for text in texts))
    (folder / "b.wet").write_bytes(record(PAGE.encode(), "conversion", length=5) + record(PAGE.encode(), "conversion"))
    (folder / "c.wet.gz").write_bytes(gzip.compress(record(PAGE.encode(), "conversion"))[:-9])
    (folder / "d.wet").write_bytes(b"")


def write_packages(folder: Path) -> None:
    """Packages whose metadata cannot be read, or that list what is not theirs."""
    for name, data in {
        "d_empty.py": b"",
        "a-1.dist-info/METADATA": b"\xff\xfe\x00",
        "a-1.dist-info/RECORD": b'a.py,,\n"open\n../../../../etc/passwd,,\n/etc/hostname,,\n',
        "b-1.dist-info/METADATA": b"Name: b\nVersion: 1\nLicense: " + b"(" * 1_000 + b"\n",
        "c-1.dist-info/METADATA": b"",
        "c-1.dist-info/RECORD": b"c.py,,\nmissing.py,,\n",
        "c.py": document(1).encode(),
        "d-1.dist-info/METADATA": b"Name: d\nVersion: 1\nLicense-Expression: MIT\n\n",
        "d-1.dist-info/RECORD": b"d.py,,\nd_empty.py,,\nd\0.py,,\n,,\n",
        "d.py": document(2).encode(),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "e-1.dist-info").mkdir()
    (folder / "f-1.dist-info").symlink_to("nowhere")


def said(*texts: Any) -> list[dict[str, Any]]:
    """Return messages of a user and an assistant in turn."""
    return [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]


def write_chat(folder: Path) -> None:
    """Conversations of every shape, none of which stays in its shape."""
    whole = {"messages": said("hi there", document(1))}
    calls: list[Any] = [
        [{"id": 1, "type": 2, "function": None}],
        "x",
        [{"id": "a", "function": {"name": "f", "arguments": {"x": float("inf")}}}],
    ]
    messages: list[Any] = [None, [], [None], [{}], "x", {"role": "user"}, [{"role": 1, "content": 2}], said("", "")]
    messages += [said("half \ud800", "x"), said("\0", document(2)), said(*map(str, range(3_000))), said([1, None, {}])]
    messages += [[{"role": "assistant", "content": None, "tool_calls": each}] for each in calls]
    talk = b'{"messages":' + json.dumps(whole["messages"]).encode() + b',"meta":'
    two, time = ["q one", "q two"], pa.array([2**60, 1], pa.timestamp("us"))
    for name, data in {
        "messages.jsonl": lines(
            whole, *({"messages": m} for m in messages), {**whole, "tools": 5}, {**whole, "id": []}
        ),
        "deep.jsonl": talk + DEEP + b"}\n" + talk + b"9" * 5_000 + b"}\n" + talk + b"1e999}\n",
        "sharegpt.jsonl": lines(
            {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": document(3)}]}
        )
        + lines({"conversations": [{"from": 5, "value": {}}]}, {"conversations": 5}, {"id": 3}),
        "alpaca.jsonl": lines({"instruction": "do", "input": "", "output": document(4)})
        + lines({"instruction": 1, "input": 2, "output": 3}, {"instruction": None, "output": None}, {"output": "x"}),
        "qa.jsonl": lines(
            {"question": "q", "answer": document(5)}, {"question": [], "answer": {}}, {"answer": "\ud800"}
        ),
        "pref.jsonl": lines({"prompt": "p", "chosen": document(6), "rejected": document(7)})
        + lines({"prompt": 5, "chosen": [], "rejected": []}, {"chosen": [{"role": "user"}], "rejected": 1}),
        "array.json": json.dumps([whole, 5, None, "x"]).encode(),
        "cut.json": json.dumps([whole] * 5).encode()[:-20],
        "cut.json.gz": gzip.compress(json.dumps([whole] * 500).encode())[:-20],
        "none.json": b"[]",
        "deep.json": b"[" * 50_000,
        "empty.jsonl": b"",
        "nulls.jsonl": b"null\n" * 3,
        "noise.jsonl": NOISE,
    }.items():
        (folder / name).write_bytes(data)
    bad_text = pa.Array.from_buffers(pa.string(), 2, pa.array([b"\xff", document(8).encode()], pa.binary()).buffers())
    pq.write_table(pa.table({"question": two, "answer": bad_text}), folder / "bytes.parquet")
    pq.write_table(
        pa.table({"question": two, "answer": [document(9), document(10)], "t": time, "in": [{"t": 1}] * 2}),
        folder / "times.parquet",
    )


READERS: dict[str, Write] = {
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "text": write_text,
    "warc": write_warc,
    "wet": write_wet,
    "packages": write_packages,
    "chat": write_chat,
}
