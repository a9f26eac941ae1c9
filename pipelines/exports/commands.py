"""The commands `licet export`, `licet sign` and `licet keygen`."""

import json
import os
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from licet.schemas.errors import InputError, RunError, VersionError

if TYPE_CHECKING:
    from licet.schemas.manifest import Manifest

HELP = {"help_option_names": ["-h", "--help"]}
out = Console(highlight=False, soft_wrap=True)

Version = Annotated[str, typer.Argument(help="The folder or URL of a finished version.", metavar="VERSION")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


class Only(str, Enum):
    """What can be exported."""

    notice = "notice"
    licenses = "licenses"
    bill = "bill"
    croissant = "croissant"
    intoto = "intoto"
    eu_summary = "eu-summary"


class Shape(str, Enum):
    """The shapes that the rows of a version of conversations can be written in."""

    messages = "messages"
    sharegpt = "sharegpt"
    hermes = "hermes"
    alpaca = "alpaca"
    nemotron = "nemotron"
    qa = "qa"
    calls = "calls"
    turns = "turns"
    completion = "completion"
    preference = "preference"
    compared = "compared"
    ranked = "ranked"
    unpaired = "unpaired"
    rl = "rl"
    transcript = "transcript"


def register(app: typer.Typer) -> None:
    """Put the commands at the top of `licet`."""
    for name, command in (("export", export), ("sign", sign), ("keygen", keygen)):
        app.command(name, context_settings=HELP)(command)


def show(told: dict[str, Any], as_json: bool, lines: Iterable[str]) -> None:
    """Print an answer."""
    if as_json:
        typer.echo(json.dumps(told, indent=2, sort_keys=True))
    else:
        for line in lines:
            out.print(line)


def export(
    version: Version,
    only: Annotated[list[Only] | None, typer.Option(help="One export; give it again for more.")] = None,
    to: Annotated[str | None, typer.Option(help="A folder; by default VERSION-exports.")] = None,
    shape: Annotated[
        Shape | None, typer.Option("--as", help="Write the rows of a version of conversations in this shape instead.")
    ] = None,
    rows_to: Annotated[str | None, typer.Option("--out", help="With --as, the JSON Lines file to write.")] = None,
    credits: Annotated[  # noqa: A002
        bool, typer.Option("--credits", help="With --as, add uuid, licence and credit to each row, as `licet`.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the exports of a version again: credits, licence texts, bill, Croissant, statements, EU summary.

    They come out as the bytes that the version holds already, unless that is older or was changed. With --as, write
    the rows of a version of conversations again in a shape that others read, as they were where they came in that
    shape; a row that the shape cannot carry is not written, is counted, and makes the exit code 1.

    For example:
        licet export out/my-corpus --to papers

        licet export out/my-corpus --only bill --only notice --to papers

        licet export out/my-chats --as sharegpt --out chats.jsonl

    """
    from licet.pipelines.exports.statements import write_attestations
    from licet.pipelines.exports.table import write_exports
    from licet.schemas.manifest import ATTESTATIONS_PATH
    from licet.stages import storage

    if shape is not None:
        _export_rows(version, shape.value, rows_to, credits, as_json, is_mixed=bool(to or only))
        return
    if rows_to is not None or credits:
        raise RunError("--out and --credits are for rows: name their shape by --as")
    target = to or f"{version.rstrip('/')}-exports"
    if _is_within(target, version):
        raise RunError(f"{target} lies in the version, which must stay as it is: choose another --to")
    manifest = _manifest_of(version)
    chosen = [name.value for name in only or Only]
    tables = [name for name in chosen if name != Only.intoto.value]
    written = {
        entry.path: entry.sha256 for entry in (write_exports(version, manifest, target, tables) if tables else ())
    }
    if Only.intoto.value in chosen:
        write_attestations(target, manifest)
    held = {file.path: file.sha256 for file in manifest.files}
    changed = sorted(path for path, sha256 in written.items() if held.get(path) != sha256)
    paths = [*written, *([ATTESTATIONS_PATH] if Only.intoto.value in chosen else [])]
    told = {"version": version, "to": target, "files": paths, "differ": changed}
    lines = [f"{storage.join(target, path)}" for path in paths]
    lines += [f"[bold yellow]not as in the version[/]  {path}" for path in changed]
    show(told, as_json, lines)


def _export_rows(
    version: str, shape: str, out_path: str | None, with_credits: bool, as_json: bool, *, is_mixed: bool
) -> None:
    from licet.pipelines.exports.chat import rewrite

    if is_mixed:
        raise RunError("--as writes rows, --only and --to are for papers: give them to another command")
    if out_path is None:
        raise RunError("name the file that the rows go to: --out FILE.jsonl")
    if _is_within(out_path, version):
        raise RunError(f"{out_path} lies in the version, which must stay as it is: choose another --out")
    told = rewrite(version, _manifest_of(version), shape, out_path, credits=with_credits)
    show(told.summary(), as_json, told.lines())
    if told.uncarried:
        raise typer.Exit(1)


def _manifest_of(version: str) -> "Manifest":
    from licet.schemas.manifest import MANIFEST_PATH, parse_manifest
    from licet.stages import storage

    try:
        return parse_manifest(storage.read_bytes(storage.join(version, MANIFEST_PATH)))
    except FileNotFoundError as error:
        raise VersionError(f"'{version}' is no finished version: there is no {MANIFEST_PATH} in it") from error


def _is_within(folder: str, version: str) -> bool:
    """Tell whether a folder is a version's or lies in it."""
    if "://" in folder or "://" in version:
        return f"{folder.rstrip('/')}/".startswith(f"{version.rstrip('/')}/")
    inner, outer = os.path.realpath(folder), os.path.realpath(version)
    return os.path.commonpath([inner, outer]) == outer


def sign(
    version: Version,
    key: Annotated[Path, typer.Option(help="An ed25519 private key in PEM.")],
    as_json: Json = False,
) -> None:
    """Check a version and sign it: a DSSE envelope around each statement, and one that says when it was checked.

    Signatures of other keys stay beside the new one. Publish it afterwards.

    Example: licet sign out/my-corpus --key key.pem
    """
    from licet.pipelines.exports.envelopes import PrivateKey, key_bytes
    from licet.pipelines.exports.sign import sign as signed

    found = signed(version, PrivateKey(key_bytes(str(key)), str(key)))
    line = f"[bold green]signed[/] {found.statements} statements of {version} with the key {found.keyid}"
    show(
        found.summary(),
        as_json,
        [line, f"signed by {len(found.signers)} {'key' if len(found.signers) == 1 else 'keys'}"],
    )


def keygen(
    key: Annotated[Path, typer.Argument(help="Where the private key goes.", metavar="KEY")] = Path("key.pem"),
) -> None:
    """Make an ed25519 key to sign versions with: KEY, readable by you alone, and its public half beside it.

    Example: licet keygen key.pem
    """
    from licet.pipelines.exports.keys import new_pair

    public = key.with_suffix(".pub.pem")
    private_bytes, public_bytes = new_pair()
    try:
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(private_bytes)
        with public.open("xb") as file:
            file.write(public_bytes)
    except OSError as error:
        raise InputError(f"{error.filename} cannot be written: {error.strerror}") from error
    out.print(f"{key}: keep it to yourself\n{public}: give it to those who check")
