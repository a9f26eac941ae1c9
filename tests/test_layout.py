import pkgutil
import sys
from pathlib import Path

import licet

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("schemas", "stages", "pipelines")


def test_every_module_of_the_three_folders_is_found_under_the_import_name() -> None:
    found = {module.name for module in pkgutil.walk_packages(licet.__path__, "licet.")}
    written = {
        ".".join(("licet", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert written - found == set()


def test_no_module_was_imported_under_a_second_name() -> None:
    assert [name for name in sys.modules if name.split(".")[0] in ROOMS] == []


def test_the_links_below_src_are_relative_and_lead_to_the_three_folders() -> None:
    links = {room: (ROOT / "src" / "licet" / room).readlink().as_posix() for room in ROOMS}
    assert links == {room: f"../../{room}" for room in ROOMS}


def test_tests_mirror_the_folders_that_they_test() -> None:
    strangers = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.parent != ROOT / "tests" and path.relative_to(ROOT / "tests").parts[0] not in ROOMS
    ]
    assert strangers == []
