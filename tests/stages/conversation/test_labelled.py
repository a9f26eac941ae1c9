"""The rules against the rows of `benchmarks/judged.jsonl`, each with the reasons that are true of it."""

import json
from pathlib import Path

from talks import batch_of, judge_of

from licet.stages.conversation import REASONS

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "benchmarks" / "judged.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_labels_are_reasons_and_rows_are_many() -> None:
    assert {label for each in ROWS for label in each["labels"]} <= set(REASONS)
    assert len(ROWS) >= 500


def test_no_row_is_refused_for_what_is_not_true_of_it() -> None:
    rules = judge_of(profile="strict", set={"max_trailing_ellipses": 0, "max_boilerplate_share": 0.5})
    found = rules.found(batch_of(*(each["row"] for each in ROWS)))
    wrong = [
        (rule.reason, ROWS[at]["row"])
        for rule in rules.rules
        for at, value in enumerate(found[rule.name].values.tolist())
        if (value < rule.bound if rule.is_minimum else value > rule.bound) and rule.reason not in ROWS[at]["labels"]
    ]
    assert wrong == []
