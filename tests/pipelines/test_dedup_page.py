"""The commands of docs/dedup.md do what the page says."""

import json
import re
import shlex
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from stories import changed, story, text
from tiny import MIT
from typer.testing import CliRunner

from licet.pipelines.cli import app
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dedup.md"
DAYS = {
    "monday": {f"{i:02d}": text(story(i)) for i in range(6)},
    "tuesday": {"again": text(story(0)), "alike": text(changed(story(1), 2, 0)), "new": text(story(20))},
}


def test_the_commands_of_the_page_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text(encoding="utf-8")
    (block,) = re.findall(r"(?m)^    name: tuesday\n(?:    .+\n)+", page)
    recipe = re.sub(r"(?m)^    ", "", block)
    first_day = recipe.partition("dedup:")[0].replace("tuesday", "monday")
    for day, written in (("monday", first_day), ("tuesday", recipe)):
        (tmp_path / f"{day}.yaml").write_text(written)
        (tmp_path / day).mkdir()
        rows = [json.dumps({"id": row_id, "text": said}) for row_id, said in DAYS[day].items()]
        (tmp_path / day / "rows.jsonl").write_text("\n".join(rows))
        (tmp_path / day / "LICENSE").write_text(MIT)
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?m)^    (licet .+)$", page)
    assert [command.split()[1] for command in commands] == ["run", "plan", "run", "verify", "why-not"]
    for command in commands:
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, f"{command}: {told.output}{told.exception}"
    assert "already_published_exact" in told.output
    (shard,) = (tmp_path / "out/tuesday/data/default").iterdir()
    assert pq.read_table(shard).column("id").to_pylist() == ["crawl/new"]
    made = parse_manifest((tmp_path / "out/tuesday" / MANIFEST_PATH).read_bytes())
    assert [(earlier.name, earlier.rows) for earlier in made.against] == [("monday", 6)]
