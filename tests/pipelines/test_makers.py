from typing import Any

import pytest

from licet.pipelines.card.tables import makers_table
from licet.pipelines.makers import Maker, makers_of, refused_in_words
from licet.pipelines.report import version_report
from licet.schemas.evidence import Claim
from licet.stages.license.judge import judged
from licet.stages.license.presets import load_policy

OPEN = load_policy("open-definition-2.1")
MIT = Claim(kind="license_file", raw="MIT", locator="LICENSE")


def evidence(*makers: Claim, rows: int = 1) -> dict[str, Any]:
    """The evidence of rows under MIT with these claims on their makers, as a version keeps it."""
    found = judged(frozenset({MIT, *makers}), OPEN)
    kept = rows if found.reason is None else 0
    return {**found.evidence, "rows_kept": kept, "rows_refused": rows - kept}


def row(name: str) -> Claim:
    """What the row's own column says."""
    return Claim(kind="generator", raw=name, locator="a.jsonl#generator")


def maker(name: str, **more: Any) -> Maker:
    """A maker that is a known model and asks for nothing."""
    told = {"is_model": True, "is_known": True, "terms": (), "training": None, "reason": None, "kept": 0, "refused": 0}
    return Maker(name=name, **{**told, **more})


SETS = [
    evidence(rows=100),
    evidence(row("gpt-4"), rows=7),
    evidence(row("human"), rows=5),
    evidence(row("Qwen/Qwen3-8B"), Claim(kind="generator_label", raw="gpt", locator="a#from"), rows=4),
    evidence(row("gemma-2-9b"), rows=3),
    evidence(row("ours"), rows=2),
    evidence(Claim(kind="generator_note", raw="tags: synthetic", locator="README.md#tags")),
    evidence(row("deepseek-chat (made 2025-02-01)")),
    evidence(row("deepseek-chat (made 2025-02-02)")),
]
MAKERS = [
    maker(
        "gpt-4",
        terms=("LicenseRef-OpenAI-Output-Terms",),
        training="forbids",
        reason="generator_forbids",
        refused=7,
    ),
    maker("human", is_model=False, kept=5),
    maker("Qwen/Qwen3-8B", kept=4),
    maker("gemma-2-9b", terms=("LicenseRef-Gemma",), training="passes_on", reason="generator_terms", refused=3),
    maker("deepseek-chat", kept=2),
    maker("ours", is_known=False, reason="unknown_generator", refused=2),
    maker("synthetic", reason="unknown_generator", refused=1),
]


def test_makers_are_counted_by_name_and_fate() -> None:
    assert makers_of(SETS) == MAKERS
    assert makers_of(SETS[::-1]) == MAKERS


@pytest.mark.parametrize(
    ("makers", "told"),
    [
        ([], ""),
        (MAKERS[1:3], ""),
        (MAKERS[:1], "7 rows were refused: made with a model whose terms forbid it"),
        (MAKERS[6:], "1 row was refused: made by a model that is not known, or whose terms are not"),
        (
            MAKERS,
            "7 rows were refused: made with a model whose terms forbid it; 3 rows were refused: made with a model whose"
            " terms bind what is trained on its outputs; 3 rows were refused: made by a model that is not known, or"
            " whose terms are not",
        ),
    ],
)
def test_how_many_were_refused_for_their_makers_is_said_in_a_sentence(makers: list[Maker], told: str) -> None:
    assert refused_in_words(makers) == told


def test_what_their_terms_say_is_told() -> None:
    assert [maker.says for maker in MAKERS] == [
        "OpenAI Terms of Use and Services Agreement: forbid training other models, or those that compete",
        "no model",
        "nothing is asked of outputs",
        "Gemma Terms of Use: reach the model that is trained on outputs",
        "nothing is asked of outputs",
        "not known which model, or what its terms say",
        "not known which model, or what its terms say",
    ]


def test_the_card_lists_them() -> None:
    assert makers_table([]) == ""
    told = makers_table(MAKERS, most=2)
    assert "| `gpt-4` | OpenAI Terms of Use and Services Agreement: forbid" in told
    assert "| `human` | no model | 5 | 0 |" in told
    assert "There are 5 more makers; `licet audit synthetic` lists all." in told
    assert "7 rows were refused: made with a model whose terms forbid it; " in told
    assert "refused: made" not in makers_table(MAKERS[1:3])


def test_the_report_lists_them(tmp_path: Any) -> None:
    from versions import finished, some_parcels

    _, manifest = finished(tmp_path, some_parcels(tmp_path))
    assert "Who made the rows" not in version_report(manifest, (), {}, ())
    told = version_report(manifest, (), {}, (), makers=[*MAKERS, maker("<b>", kept=1)])
    assert "<h2>Who made the rows</h2>" in told
    assert "7 rows were refused: made with a model whose terms forbid it" in told
    assert "&lt;b&gt;" in told
