import json
from pathlib import Path

import pytest

from licet.schemas.errors import RecipeError
from licet.schemas.recipe import Recipe, load_recipe, parse_recipe

GOOD = """
name: tiny
kind: pretrain
sources:
  - {name: notes, type: jsonl, paths: notes.jsonl, license: MIT}
"""


def refused(text: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text)
    return str(caught.value).splitlines()


def test_a_bare_licence_is_a_declared_expression() -> None:
    declared = parse_recipe(GOOD).sources[0].license
    assert declared is not None
    assert (declared.expression, declared.evidence) == ("MIT", None)


def test_output_and_work_are_named_after_the_recipe() -> None:
    recipe = parse_recipe(GOOD).with_paths_resolved()
    assert (recipe.output, recipe.work) == ("out/tiny", "out/tiny.work")


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("dedpu: {}", "recipe: `dedpu` is no key of a recipe. Did you mean `dedup`?"),
        ("dedup: {treshold: 1}", "recipe: `dedup.treshold` is no key of a recipe. Did you mean `threshold`?"),
        (
            "quality: {models: [{name: a, path: b, label: c, thing: 1}]}",
            "recipe: `quality.models.0.thing` is no key of a recipe. Keys are: name, path, label, calibration.",
        ),
        ("dedup: {threshold: 2}", "recipe: `dedup.threshold`: Input should be less than or equal to 1"),
        (
            "dedup: {shingle_words: 5}",
            "recipe: `dedup`: `shingle_words` is now called `shingle_size`, of `shingles: words`: rename the key",
        ),
        (
            "dedup: {on: both}",
            "recipe: `dedup`: what of rows is compared is set by `compare`, not `on`, which YAML takes for true",
        ),
        (
            "dedup: {compare: both}",
            "recipe: `dedup.compare` is both, but documents have neither prompts nor answers: leave it out",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_key(added: str, told: str) -> None:
    assert refused(GOOD + added) == [told]


def test_shingles_of_characters_are_24_unless_said_otherwise() -> None:
    sizes = [parse_recipe(GOOD + f"dedup: {{{told}}}").dedup.shingle_size for told in ("", "shingles: characters")]
    assert sizes == [5, 24]
    assert parse_recipe(GOOD + "dedup: {shingles: characters, shingle_size: 10}").dedup.shingle_size == 10


@pytest.mark.parametrize(
    ("dedup", "compared"), [("", "both"), ("dedup: {threshold: 0.9}", "both"), ("dedup: {compare: text}", "text")]
)
def test_conversations_are_compared_by_prompts_and_answers_unless_said_otherwise(dedup: str, compared: str) -> None:
    chat = "name: tiny\nkind: posttrain\nsources: [{name: a, type: chat, paths: a.jsonl, shape: messages}]\n"
    recipe = parse_recipe(chat + dedup)
    assert recipe.dedup.compare == compared
    assert type(recipe).model_validate(recipe.model_dump(mode="json")) == recipe


def test_an_unknown_key_of_a_source_is_compared_with_the_keys_of_its_type() -> None:
    assert refused(GOOD.replace("license", "licence")) == [
        "recipe: `sources.0.licence` is no key of a recipe. Did you mean `license`?"
    ]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(refused("kind: pretrain\nsources: []\nnmae: x\n")) == 3


def test_sources_have_names_of_their_own() -> None:
    twice = GOOD + "  - {name: notes, type: text, path: .}\n"
    assert refused(twice) == ["recipe: two sources are named notes: names must differ"]


def test_a_pretraining_recipe_takes_no_conversations() -> None:
    (told,) = refused(GOOD.replace("type: jsonl", "type: chat"))
    assert told.startswith("recipe: source notes is of type chat, which a pretrain recipe does not take")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", ""])
def test_what_is_no_mapping_is_no_recipe(text: str) -> None:
    assert "its top level must be keys and values" in refused(text)[0]


def test_broken_yaml_is_one_line() -> None:
    (told,) = refused("a: [1,\n")
    assert told.startswith("recipe is not YAML: ")


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"cannot read the recipe .*none\.yaml: No such file or directory"):
        load_recipe(tmp_path / "none.yaml")


def test_a_binary_file_is_no_recipe(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="is not a recipe: it is not UTF-8 text"):
        load_recipe(tmp_path / "r.yaml")


def test_each_key_of_a_recipe_has_a_description_or_says_it_by_its_name() -> None:
    schema = json.dumps(Recipe.model_json_schema())
    assert json.loads(schema)["additionalProperties"] is False
    assert "The least exact Jaccard similarity" in schema
