"""The judge of conversations as a recipe sets it: with its own language detector and the heuristics' measures."""

from functools import partial

from licet.schemas.quality import Language
from licet.schemas.recipe import Recipe
from licet.stages.conversation import ConversationRules
from licet.stages.quality.language import by_detector
from licet.stages.quality.measures import measure_text


def conversation_rules(recipe: Recipe) -> ConversationRules | None:
    """Return the judge of a recipe's conversations; null where it has none.

    Raises:
        RecipeError: a rule has no such name, a bound cannot be, or nothing counts the tokens that are bounded.

    """
    settings = recipe.conversations
    if settings is None or not settings.is_on:
        return None
    detector = Language(model=recipe.language.model)
    return ConversationRules(settings, detect=partial(by_detector, settings=detector), repeats=measure_text)
