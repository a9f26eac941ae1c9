from licet.pipelines.cli import app
from licet.pipelines.panels import PANELS, _name


def test_each_command_has_one_place_among_the_headings() -> None:
    shown = [_name(info) for info in app.registered_commands if not info.hidden]
    shown += [_name(info) for info in app.registered_groups]
    placed = [name for names in PANELS.values() for name in names]
    assert sorted(shown) == sorted(placed)
    assert len(set(placed)) == len(placed)
