"""Rows that speak of pictures, sound or films beside their text: without these they would say something else.

Told by a column of media that is not empty: bytes, a path or an address of a file of that kind, or anything at all
where the text has a place for it, as ``<image>``. A column with such a name and other words in it, as the image of a
container, is metadata.
"""

from collections.abc import Mapping
from typing import Any

COLUMNS = {
    f"{kind}{ending}": kind
    for kind in ("image", "video", "audio")
    for ending in ("", "s", "_path", "_paths", "_url", "_urls", "_file", "_bytes")
}
"""Names of columns of media, and what stands in texts where they belong."""
_NAMES = frozenset(COLUMNS)
_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg"),
    *(".mp4", ".webm", ".mkv", ".avi", ".mov", ".wav", ".mp3", ".flac", ".ogg", ".m4a"),
)
_BEGINNINGS = ("data:image/", "data:video/", "data:audio/")
_HOLDING = frozenset({"bytes", "path", "url", "array", "src", "image_url"})


def media_of(row: Mapping[str, Any]) -> str | None:
    """Return the name of a column of media that a row has; None where it has none."""
    if _NAMES.isdisjoint(row):
        return None
    for name in sorted(_NAMES.intersection(row)):
        if is_media(row[name]) or (row[name] and f"<{COLUMNS[name]}" in str(row)):
            return name
    return None


def is_media(value: Any) -> bool:
    """Tell whether a value is a picture, a sound, a film, where one is found, or a list of such."""
    if isinstance(value, bytes):
        return bool(value)
    if isinstance(value, str):
        told = value.lower()
        return told.startswith(_BEGINNINGS) or told.partition("?")[0].endswith(_ENDINGS)
    if isinstance(value, dict):
        return not _HOLDING.isdisjoint(value)
    return isinstance(value, list) and any(map(is_media, value))
