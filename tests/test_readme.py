import gzip
import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from licet.pipelines.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("shard-row-digest", "publish-commit-point", "dedup-verified-pairs")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's recipe and inputs such as it speaks of, after all of its commands were run."""
    folder = tmp_path_factory.mktemp("readme")
    (recipe,) = blocks("yaml")
    (folder / "my-corpus.yaml").write_text(recipe)
    (folder / "docs").mkdir()
    (folder / "docs" / "intro.md").write_text((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    (folder / "articles").mkdir()
    pages = [(ROOT / "docs" / "decisions" / f"{name}.md").read_text(encoding="utf-8") for name in PAGES]
    claims = [{"license": "CC-BY-SA-4.0"}, {"license": "CC-BY-NC-4.0"}, {}]
    rows = [{"text": page, "meta": claim} for page, claim in zip(pages, claims, strict=True)]
    (folder / "articles" / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in "".join(blocks("console")).splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["licet"]:
                result = CliRunner().invoke(app, words[1:])
                assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"
    return folder


def test_the_commands_of_the_readme_make_the_version_it_describes(place: Path) -> None:
    (listing,) = [block for block in blocks("text") if "provenance/manifest.json" in block and "out/my-corpus" in block]
    named = re.findall(r"(\S+\.(?:parquet|json|md|html))", listing)
    assert len(named) == 14
    for name in named:
        assert list((place / "out" / "my-corpus").glob(name)), name


def test_the_version_of_the_readme_is_published(place: Path) -> None:
    assert (place / "hub" / "my-corpus" / "1.0.0" / "data").is_dir()


def test_the_readme_opens_its_version_with_datasets(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(place / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found: dict[str, object] = {}
    (code,) = blocks("python")
    exec(code, found)
    assert sorted(found["rows"]["license"]) == ["CC-BY-4.0", "CC-BY-SA-4.0"]  # type: ignore[index]


def test_the_queries_of_the_readme_answer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    (queries,) = blocks("sql")
    why, rests_on = [part for part in queries.split(";") if part.strip()]
    assert sorted(duckdb.execute(why).fetchall()) == [("license", "no_license", 1), ("license", "non_commercial", 1)]
    assert len(duckdb.execute(rests_on).fetchall()) >= 2


def test_make_targets_that_the_docs_name_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    text = README + (ROOT / "CONTRIBUTING.md").read_text()
    named = set(re.findall(r"make ([a-z]+)\b", text)) & {"setup", "quickstart", "format", "test", "check", "bench"}
    assert {name for name in named if f"\n{name}:" not in makefile} == set()
    assert {"quickstart", "test"} <= named


def test_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_the_example_recipe_is_complete() -> None:
    (recipe,) = blocks("yaml")
    assert list(yaml.safe_load(recipe)) == [
        "name", "kind", "sources", "policy", "heuristics", "language", "dedup", "output"
    ]  # fmt: skip
