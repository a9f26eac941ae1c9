"""The configs in the front matter of README.md, checked offline: they name the data files, all of them.

A hub reads which files belong to which config and split from here. It checks that only after the upload, and a mistake
shows up as a dataset that will not load, so everything is explicit and compared with the files.
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml
from fsspec.utils import glob_translate

from licet.pipelines.publish.front import CARD
from licet.schemas.errors import VersionError

_SPLIT = re.compile(r"\w+(\.\w+)*")
_NOT_IN_CONFIG_NAMES = frozenset('<>:/\\|?*"')


def front_matter(text: str) -> dict[str, Any]:
    """Return the YAML mapping between the two ``---`` lines that open a dataset card."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise VersionError(f"{CARD} has no front matter: it must open with YAML between two '---' lines.")
    end = next(i for i, line in enumerate(lines[1:], start=1) if line.strip() == "---")
    try:
        found = yaml.safe_load("\n".join(lines[1:end]))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 2})" if where else ""
        raise VersionError(f"The front matter of {CARD} is not valid YAML{line}: mend it there.") from error
    if not isinstance(found, dict):
        raise VersionError(f"The front matter of {CARD} must be a mapping with a 'configs' list.")
    return found


def check_card(text: str, paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the data files of each config, or raise `VersionError` where card and files disagree.

    Every pattern must match a file, every Parquet file under ``data/`` must be matched, and no file may be in two
    splits of one config. At most one config is the default.
    """
    configs = front_matter(text).get("configs")
    if not isinstance(configs, list) or not configs:
        raise VersionError(f"The front matter of {CARD} needs a 'configs' list that names the data files.")
    files = sorted(paths)
    found: dict[str, list[str]] = {}
    for config in configs:
        name = config.get("config_name") if isinstance(config, dict) else None
        if not isinstance(name, str) or not name or _NOT_IN_CONFIG_NAMES.intersection(name):
            raise VersionError(f"Each config of {CARD} needs a 'config_name' without any of <>:/\\|?*\".")
        if name in found:
            raise VersionError(f"{CARD} has two configs named '{name}': keep one.")
        found[name] = _files_of(name, config.get("data_files"), files)
    if sum(config.get("default") is True for config in configs) > 1:
        raise VersionError(f"{CARD} marks more than one config as default: mark one.")
    listed = {path for matched in found.values() for path in matched}
    for path in files:
        if path.startswith("data/") and path.endswith(".parquet") and path not in listed:
            raise VersionError(f"'{path}' belongs to no config of {CARD}: add it to one or take it out.")
    return found


def _files_of(name: str, data_files: object, files: list[str]) -> list[str]:
    if not isinstance(data_files, list) or not data_files:
        raise VersionError(f"Config '{name}' of {CARD} needs a 'data_files' list of split and path.")
    split_of: dict[str, str] = {}
    for entry in data_files:
        split = entry.get("split") if isinstance(entry, dict) else None
        if not isinstance(split, str) or not _SPLIT.fullmatch(split):
            raise VersionError(
                f"Config '{name}' of {CARD} needs a 'split' of letters, digits, '_' and '.' in each entry."
            )
        given = entry.get("path")
        patterns = given if isinstance(given, list) else [given]
        for pattern in patterns:
            if not isinstance(pattern, str):
                raise VersionError(f"Split '{split}' of config '{name}' of {CARD} needs a 'path'.")
            rule = re.compile(glob_translate(pattern))
            matched = [path for path in files if rule.match(path)]
            if not matched:
                raise VersionError(f"Config '{name}' of {CARD} names '{pattern}', which matches no file.")
            for path in matched:
                if split_of.setdefault(path, split) != split:
                    raise VersionError(
                        f"Config '{name}' of {CARD} puts '{path}' into both '{split_of[path]}' and '{split}'."
                    )
    return sorted(split_of)
