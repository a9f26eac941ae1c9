"""Rows of the golden table that follow from rules: SPDX's own names, Creative Commons' grid, families by version.

The rules are written here from the licences' own publications, apart from the code under test.
`python tests/golden_licenses.py` writes the rows into `golden.tsv` after those written by hand.
"""

import json
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent / "stages" / "license" / "golden.tsv"
SPDX = Path(__file__).parents[1] / "schemas" / "licenses" / "spdx.json"
FIELDS = ("source", "raw", "expression", "flags", "family", "note")


class Row(NamedTuple):
    source: str
    raw: str
    expression: str
    flags: str = ""
    family: str = ""
    note: str = ""


SLUGS = {
    "by": "BY",
    "by-sa": "BY-SA",
    "by-nc": "BY-NC",
    "by-nd": "BY-ND",
    "by-nc-sa": "BY-NC-SA",
    "by-nc-nd": "BY-NC-ND",
}
PORTS = {
    "1.0": "fi il nl",
    "2.0": "at au be br ca cl de es fr hr it jp kr nl pl tw uk za",
    "2.1": "au es jp",
    "2.5": "ar au bg br ca ch cn co dk hr hu il in it mk mt mx my nl pe pl pt scotland se si tw za",
    "3.0": "am at au az br ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz ph pl pr pt ro rs sg "
    "th tw ug us ve vn za",
}
ADDRESSES = (
    "https://creativecommons.org/licenses/{}/",
    "http://creativecommons.org/licenses/{}",
    "http://www.creativecommons.org/licenses/{}/",
    "https://creativecommons.org/licenses/{}/deed.en",
    "https://creativecommons.org/licenses/{}/legalcode",
    "creativecommons.org/licenses/{}/",
    "//creativecommons.org/licenses/{}/",
    "https://i.creativecommons.org/l/{}/88x31.png",
    "https://licensebuttons.net/l/{}/80x15.png",
    "HTTP://CREATIVECOMMONS.ORG/licenses/{}/DEED.DE",
)
WORDS = {
    "by": "Attribution",
    "by-sa": "Attribution-ShareAlike",
    "by-nc": "Attribution-NonCommercial",
    "by-nd": "Attribution-NoDerivs",
    "by-nc-sa": "Attribution-NonCommercial-ShareAlike",
    "by-nc-nd": "Attribution-NonCommercial-NoDerivs",
}
KINDS = {"1.0": "Generic", "2.0": "Generic", "2.5": "Generic", "3.0": "Unported", "4.0": "International"}
GNU = {
    "GPL": (("1.0", "2.0", "3.0"), ("GPL", "GNU GPL", "GNU General Public License", "The GNU General Public License")),
    "LGPL": (("2.0", "2.1", "3.0"), ("LGPL", "GNU LGPL", "GNU Lesser General Public License", "Lesser GPL")),
    "AGPL": (("3.0",), ("AGPL", "GNU AGPL", "GNU Affero General Public License", "Affero GPL")),
    "GFDL": (("1.1", "1.2", "1.3"), ("GFDL", "GNU FDL", "GNU Free Documentation License")),
}
LATER = ("{}+", "{} or later", "{} or newer", "{} or any later version", "{} (or any later version)", "{} and later")
OTHERS = {
    "Apache": (("1.1", "2.0"), ("Apache", "Apache License", "Apache Software License", "The Apache License", "ASL")),
    "MPL": (("1.0", "1.1", "2.0"), ("MPL", "Mozilla Public License", "The Mozilla Public License")),
    "EPL": (("1.0", "2.0"), ("EPL", "Eclipse Public License", "The Eclipse Public License")),
    "CDDL": (("1.0", "1.1"), ("CDDL", "Common Development and Distribution License")),
    "EUPL": (("1.0", "1.1", "1.2"), ("EUPL", "European Union Public Licence", "European Union Public License")),
    "AFL": (("1.1", "1.2", "2.0", "2.1", "3.0"), ("AFL", "Academic Free License")),
    "OSL": (("1.0", "2.0", "2.1", "3.0"), ("OSL", "Open Software License")),
    "ZPL": (("1.1", "2.0", "2.1"), ("ZPL", "Zope Public License")),
    "OFL": (("1.0", "1.1"), ("OFL", "SIL Open Font License", "SIL OFL")),
    "Artistic": (("1.0", "2.0"), ("Artistic", "Artistic License", "The Artistic License")),
}
VERSIONED = ("{name} {v}", "{name} v{v}", "{name}, Version {v}", "{name} version {v}", "{name} ({v})", "{name}-{v}")


def flags_of(key: str) -> str:
    """Return what SPDX ids bring by themselves: three are about databases, one is a mark."""
    if key in ("ODC-By-1.0", "ODbL-1.0", "PDDL-1.0"):
        return "db_layer_only"
    return "assertion_only" if key == "CC-PDM-1.0" else ""


def spdx_rows() -> Iterator[Row]:
    for key, it in json.loads(SPDX.read_text(encoding="utf-8"))["licenses"].items():
        if not it["deprecated"]:
            yield Row("grid:spdx-id", key, key, flags_of(key))
            yield Row("grid:spdx-name", it["name"], key, flags_of(key))


def cc_address_rows() -> Iterator[Row]:
    turn = count()
    listed = set(json.loads(SPDX.read_text(encoding="utf-8"))["licenses"])

    def key_of(slug: str, version: str, port: str) -> str:
        ported = f"-{'Scotland' if port == 'scotland' else port.upper()}" if port else ""
        key = f"CC-{SLUGS[slug]}-{version}{ported}"
        return key if key in listed else f"LicenseRef-{key}"

    for slug, version in product(SLUGS, ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")):
        for port in ("", *PORTS.get(version, "").split()):
            if not port and version == "2.1":
                continue
            path = f"{slug}/{version}" + (f"/{port}" if port else "")
            address = ADDRESSES[next(turn) % len(ADDRESSES)].format(path)
            yield Row("grid:cc-url", address, key_of(slug, version, port))
        for port in ("xx", "eu", "deed2"):
            address = f"https://creativecommons.org/licenses/{slug}/{version}/{port}/"
            yield Row("grid:cc-url-bad", address, "", "unknown_id")
        for host in ("creativecommons.org.example.com", "example.org/creativecommons.org", "my-creativecommons.org"):
            yield Row("grid:cc-url-bad", f"https://{host}/licenses/{slug}/{version}/", "", "unknown_id")


def cc_name_rows() -> Iterator[Row]:
    for slug, version in product(SLUGS, KINDS):
        key, words = f"CC-{SLUGS[slug]}-{version}", WORDS[slug]
        short, kind = SLUGS[slug], KINDS[version]
        for raw in (
            f"CC {short} {version}",
            f"cc-{slug}-{version}",
            f"CC-{short} {version}",
            f"cc {slug.replace('-', ' ')} {version}",
            f"CC_{short.replace('-', '_')}_{version}",
            f"CC {short} {version} {kind}",
            f"Creative Commons {short} {version}",
            f"Creative Commons {words} {version}",
            f"Creative Commons {words} {version} {kind}",
            f"Creative Commons {words.replace('-', ' ')} {version} License",
            f"Creative Commons {words} {version} {kind} (CC {short} {version})",
            f"{words} {version} {kind} (CC {short} {version})",
            f"{words} {version} {kind}",
            f"Licensed under a Creative Commons {words} {version} {kind} License.",
            f"Creative Commons {words} License, Version {version}",
        ):
            yield Row("grid:cc-name", raw, key)


def version_rows() -> Iterator[Row]:
    for family, (versions, names) in GNU.items():
        for name, version, form in product(names, versions, VERSIONED):
            raw = form.format(name=name, v=version)
            yield Row("grid:gnu", raw, f"{family}-{version}-only", "suffix_inferred")
            if form in VERSIONED[:3]:
                yield Row("grid:gnu", f"{raw} only", f"{family}-{version}-only")
                for later in LATER:
                    yield Row("grid:gnu", later.format(raw), f"{family}-{version}-or-later")
        for name, version in product(names[:2], versions):
            if version.endswith(".0"):
                yield Row("grid:gnu", f"{name}v{version[:-2]}", f"{family}-{version}-only", "suffix_inferred")
                yield Row("grid:gnu", f"{name} {version[:-2]}+", f"{family}-{version}-or-later")
        for name in names:
            yield Row("grid:family", name, "", "family_only", family)
            yield Row("grid:bad-version", f"{name} 9.9", "", "unknown_id")
    for family, (versions, names) in OTHERS.items():
        for name, version, form in product(names, versions, VERSIONED):
            yield Row("grid:versions", form.format(name=name, v=version), f"{family}-{version}")
        for name in names:
            yield Row("grid:family", name, "", "family_only", family)
            yield Row("grid:bad-version", f"{name} 9.9", "", "unknown_id")


def grid() -> list[Row]:
    """Return the rows by rule, each spelling once."""
    rows = {row.raw: row for row in (*version_rows(), *cc_name_rows(), *cc_address_rows(), *spdx_rows())}
    return sorted(rows.values())


def written() -> list[Row]:
    """Return the rows of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return [Row(*line.split("\t")) for line in lines]


def by_hand() -> list[Row]:
    return [row for row in written() if not row.source.startswith("grid:")]


def spelled(raw: str) -> str:
    r"""Return a statement as it was: ``\t``, ``\n`` and ``\s`` stand for white space."""
    return raw.replace("\\t", "\t").replace("\\n", "\n").replace("\\s", " ")


def main() -> None:
    hand = by_hand()
    seen = {row.raw for row in hand}
    rows = [*hand, *(row for row in grid() if row.raw not in seen)]
    TABLE.write_text("".join("\t".join(r) + "\n" for r in (FIELDS, *rows)), encoding="utf-8")
    print(f"{len(hand)} rows by hand, {len(rows) - len(hand)} by rule")


if __name__ == "__main__":
    main()
