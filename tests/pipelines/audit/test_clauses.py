import json
from pathlib import Path

import pytest

from licet.pipelines.audit.clauses import clauses
from licet.stages.license.presets import load_policy, preset_names


@pytest.mark.parametrize(
    ("policy", "expression", "told"),
    [
        ("open-definition-2.1", "MIT", ["MIT: admitted, `tiers` has its tier permissive"]),
        ("open-definition-2.1", "CC-BY-NC-4.0", [
            "CC-BY-NC-4.0: refused, `tiers` does not have its tier non-commercial",
        ]),
        ("pd-only", "MIT AND CC0-1.0", [
            "MIT: refused, `tiers` does not have its tier permissive",
            "CC0-1.0: admitted, `tiers` has its tier public-domain",
        ]),
        ("open-definition-2.1", "LicenseRef-CC-BY-unversioned", [
            "LicenseRef-CC-BY-unversioned: admitted, `tiers` has its tier attribution",
        ]),
        ("open-definition-2.1", None, []),
        ("open-definition-2.1", "no licence (", []),
    ],
)  # fmt: skip
def test_each_licence_has_its_clause(policy: str, expression: str | None, told: list[str]) -> None:
    assert clauses(load_policy(policy), expression) == told


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("expression", ["MIT", "CC-BY-SA-4.0", "GPL-3.0-or-later", "CC-BY-NC-ND-3.0", "BUSL-1.1"])
def test_a_clause_says_what_the_policy_does(name: str, expression: str) -> None:
    policy = load_policy(name)
    (told,) = clauses(policy, expression)
    assert ("admitted" in told) == policy.evaluate(expression).allowed


def test_additions_refusals_conditions_and_exceptions_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ours.json"
    rules = {
        "id": "ours",
        "version": "1",
        "extends": "no-share-alike",
        "allow": ["GPL-3.0-only"],
        "refuse": ["MIT"],
        "refuse_bits": ["patent_retaliation"],
        "exceptions": {"Classpath-exception-2.0": ["GPL-2.0-only"]},
    }
    path.write_text(json.dumps(rules))
    policy = load_policy(str(path))
    told = clauses(policy, "MIT AND GPL-2.0-only WITH i2p-gpl-java-exception")
    assert told == [
        "MIT: refused, named under `refuse`",
        "GPL-2.0-only WITH i2p-gpl-java-exception: refused, `exceptions` does not let i2p-gpl-java-exception stand with"
        " it",
    ]
    assert clauses(policy, "Apache-2.0") == ["Apache-2.0: refused, `refuse_bits` has its condition patent_retaliation"]
