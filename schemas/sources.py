"""The sources of a recipe: where rows come from, and what is said of their licence."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$"


class Settings(BaseModel):
    """What all parts of a recipe share: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DeclaredLicense(Settings):
    """What the recipe's author says about a source's licence: a claim with evidence, never a fact."""

    expression: str
    """An SPDX expression or the licence's common name, as stated at the origin."""
    evidence: str | None = None
    """Where it can be read: a URL or a file of the source. A declaration without it is the weakest evidence."""


MADE_BY_NO_MODEL = frozenset(
    {"human", "humans", "people", "program", "template", "templates", "manual", "crowdworkers"}
)
"""Makers of rows that only evidence can name in a recipe: whoever is believed that no model made them keeps them."""


class DeclaredGenerator(Settings):
    """Who the recipe's author says made the rows of a source: a claim with evidence, never a fact."""

    name: str = Field(min_length=1)
    """The model, as its publisher spells it; several stand between commas; `human` for people, `program` for a plain
    program."""
    evidence: str | None = None
    """Where that can be read: a URL or a file of the source. Without it the name can only add terms."""
    made: date | None = None
    """The day on which the outputs were made, where it is known: terms are those of that day, else the strictest."""

    @model_validator(mode="after")
    def _is_founded(self) -> "DeclaredGenerator":
        if self.evidence is None and self.name.strip().lower() in MADE_BY_NO_MODEL:
            raise ValueError(
                f"that no model made the rows must be said with evidence: {{name: {self.name}, evidence: URL or file}}"
            )
        return self


class SourceSettings(Settings):
    """What all sources share."""

    name: str = Field(pattern=NAME)
    """Short name: the `source` column of each row."""
    license: DeclaredLicense | None = None
    """The licence stated for the whole source; a bare string is read as its expression."""
    revision: str | None = None
    """The revision of the origin: a commit, a release, a dump date. Goes into each row."""
    homepage: str | None = None
    """Public address of the origin, for attribution."""
    holder: str | None = None
    """Who is to be credited."""

    @field_validator("license", mode="before")
    @classmethod
    def _bare_expression(cls, value: object) -> object:
        return {"expression": value} if isinstance(value, str) else value


class _Files(SourceSettings):
    paths: list[str] = Field(min_length=1)
    """Files, folders or globs; local or any fsspec URL. Each must match something."""
    root: str | None = None
    """The folder up to which licence files above each file speak for it; without it, the file's own folder."""

    @field_validator("paths", mode="before")
    @classmethod
    def _one_path(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class _MadeRows(_Files):
    generator: DeclaredGenerator | None = None
    """Who wrote the rows, or the answers in them: a model, or `human`; a bare string is read as its name. What the
    model's terms ask of its outputs holds beside the licence; a model whose terms are not known refuses the rows."""

    @field_validator("generator", mode="before")
    @classmethod
    def _bare_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class _Fields(_MadeRows):
    text_field: str = "text"
    """Where the text is; a dot goes into an object: `content.body`."""
    id_field: str | None = None
    """Where the row's own id is; without it rows are named by their content."""
    url_field: str | None = None
    """Where the row's public address is."""
    date_field: str | None = None
    """Where the row's date is."""
    license_field: str | None = None
    """Where the row's own licence is; it becomes a claim of the row."""


class JsonlSource(_Fields):
    """Documents in JSON Lines: plain, .gz or .zst."""

    type: Literal["jsonl"]


class ParquetSource(_Fields):
    """Documents in Parquet."""

    type: Literal["parquet"]


class TextSource(SourceSettings):
    """A tree of text files: one document a file. Licence files in the tree speak for what is below them."""

    type: Literal["text"]
    path: str
    """The root of the tree; licence files are looked for from each file up to here."""
    include: list[str] = ["**/*.md", "**/*.markdown", "**/*.rst", "**/*.txt", "**/*.adoc"]
    """Files to read, as globs below `path`."""
    exclude: list[str] = []
    """Files to leave out, as globs below `path`."""


class _Pages(_Files):
    robots: list[str] = []
    """WARC files, folders or globs with the robots.txt of the same crawl, and tdmrep.json or RSL terms, which archives
    keep apart: what these say of training is evidence on the pages of their hosts. Such records in the files of `paths`
    are heard anyway."""

    @field_validator("robots", mode="before")
    @classmethod
    def _one_archive(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class WarcSource(_Pages):
    """Web pages in WARC files: HTML is turned into text, its licence marks are read."""

    type: Literal["warc"]


class WetSource(_Pages):
    """Web pages in WET files: text only, so no licence marks."""

    type: Literal["wet"]


class PackagesSource(SourceSettings):
    """The Python packages installed in an environment: their source and documentation files."""

    type: Literal["packages"]
    path: str = "current"
    """A site-packages folder, or `current` for the environment that runs the recipe."""
    include: list[str] = ["*.py", "*.pyi", "*.md", "*.rst", "*.txt"]
    """Names of files to read."""
    only: list[str] = []
    """Names of distributions to read; empty for all."""
    exclude: list[str] = []
    """Names of distributions to leave out."""


class ChatSource(_MadeRows):
    """Post-training rows in JSON, JSON Lines or Parquet."""

    type: Literal["chat"]
    shape: Literal[
        "auto",
        "messages",
        "sharegpt",
        "calls",
        "alpaca",
        "nemotron",
        "qa",
        "turns",
        "completion",
        "preference",
        "compared",
        "ranked",
        "unpaired",
        "rl",
        "transcript",
        "tree",
    ] = "auto"
    """How rows are written; `auto` looks at the first rows and says what it found. A row of another shape than its
    file's is refused."""
    tags: Literal["columns", "text"] = "columns"
    """What becomes of `<think>`, `<tool_call>`, `<tool_response>` and `<tools>` in texts: columns, or text as it is."""
    fields: dict[str, str] = {}
    """Where the shape's own field is named otherwise: `{question: problem}`; a dot goes into an object."""
    id_field: str | None = None
    """Where the row's own id is; without it rows are named by their content."""
    license_field: str | None = None
    """Where the row's own licence is; it becomes a claim of the row."""
    category: str | None = None
    """The `category` of the source's rows."""
    checker: str | None = None
    """How answers of `rl` rows are checked, where the rows do not say: `math`, `ifeval`, a verifier's name."""
    generator_field: str | None = None
    """Where the row names the model that wrote its answers; `generator` is then for rows that name none. Without it, a
    column `generator` of the rows is heard too."""
    generated_field: str | None = None
    """Where the row says when its answers were made: the terms of the models it names are then those of that day."""


Source = Annotated[
    JsonlSource | ParquetSource | TextSource | WarcSource | WetSource | PackagesSource | ChatSource,
    Field(discriminator="type"),
]
