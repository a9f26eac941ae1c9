import pytest

from licet.pipelines.publish.card import check_card
from licet.schemas.errors import VersionError

FILES = ["README.md", "data/de/train-0.parquet", "data/en/test-0.parquet", "data/en/train-0.parquet"]


def card(*configs: str) -> str:
    return "---\nlicense: mit\nconfigs:\n" + "".join(configs) + "---\n# Title\n---\nmore\n"


def config(name: str, *files: str, default: bool = False) -> str:
    pairs = [pair.split("=") for pair in files]
    listed = "".join(f"  - split: {split}\n    path: {path}\n" for split, path in pairs)
    return f"- config_name: {name}\n  default: {str(default).lower()}\n  data_files:\n{listed}"


EN = config("en", "train=data/en/train-*.parquet", "test=data/en/test-*", default=True)
DE = config("de", "train=data/de/*")


def test_the_files_of_each_config_are_returned() -> None:
    assert check_card(card(EN, DE), FILES) == {
        "en": ["data/en/test-0.parquet", "data/en/train-0.parquet"],
        "de": ["data/de/train-0.parquet"],
    }


def test_a_list_of_paths_and_a_deep_pattern_are_understood() -> None:
    both = config("all", "train=[data/de/*, data/en/train-0.parquet]", "test=data/**/test-*")
    assert check_card(card(both), FILES) == {"all": FILES[1:]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# no front matter\n", "has no front matter: it must open with YAML"),
        ("---\nlicense: mit\n", "has no front matter"),
        ("---\na: [\n---\n", r"not valid YAML \(line \d\): mend it there"),
        ("---\n- a\n---\n", "must be a mapping"),
        ("---\nlicense: mit\n---\n", "needs a 'configs' list"),
        (card("- x\n"), "needs a 'config_name'"),
        (card(config("a/b", "train=data/**")), "needs a 'config_name' without"),
        (card(EN, EN), "two configs named 'en'"),
        (card("- config_name: en\n  data_files: data/**\n"), "Config 'en' of README.md needs a 'data_files' list"),
        (card("- config_name: en\n"), "needs a 'data_files' list"),
        (card(config("en", "no-dashes=data/**")), "needs a 'split' of letters"),
        (
            card("- config_name: en\n  data_files:\n  - split: train\n"),
            "Split 'train' of config 'en' .* needs a 'path'",
        ),
        (card(EN, DE, config("fr", "train=data/fr/*")), r"'fr' of README.md names 'data/fr/\*', which matches no file"),
        (card(EN), "'data/de/train-0.parquet' belongs to no config"),
        (card(config("all", "train=data/**", "test=data/en/test-*")), "into both 'train' and 'test'"),
        (card(EN, config("de", "train=data/de/*", default=True)), "more than one config as default"),
    ],
)
def test_a_card_that_does_not_fit_the_files_is_refused_with_what_to_mend(text: str, words: str) -> None:
    with pytest.raises(VersionError, match=words):
        check_card(text, FILES)
