from licet.pipelines.audit.obligations import in_lines, obligations, summary
from licet.pipelines.audit.version import Audited


def test_each_licence_that_rows_are_used_under_is_listed_with_its_rows(version: Audited) -> None:
    found = obligations(version)
    assert [(owed.license, owed.rows) for owed in found] == [
        ("CC-BY-4.0", 3),
        ("CC-BY-SA-4.0", 2),
        ("MIT", 2),
        ("CC0-1.0", 1),
    ]
    assert "GPL-3.0-or-later" not in {owed.license for owed in found}


def test_obligations_are_of_one_use_where_one_is_named(version: Audited) -> None:
    train = {owed.license: [o.bit for o in owed.obligations] for owed in obligations(version, "train")}
    assert train == {"CC-BY-4.0": [], "CC-BY-SA-4.0": ["share_alike"], "MIT": [], "CC0-1.0": []}
    assert summary(obligations(version, "train"), "train")["use"] == "train"


def test_the_clause_stands_beside_each(version: Audited) -> None:
    lines = list(in_lines(obligations(version, "redistribute"), "redistribute"))
    assert any(line.endswith("[section 3(a)(1)(A)]") for line in lines)
    assert "  asks for nothing of those who pass it on" in lines
    assert lines[-1].endswith("no legal advice.")
