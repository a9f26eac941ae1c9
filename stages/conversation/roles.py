"""Who speaks when: the order of roles, turns that say nothing, conversations without a question or an answer.

Kept: system, user, assistant, user, assistant. Refused: user, user, assistant (`roles_out_of_order`).

The order is what chat templates take (those of Llama 2, Mistral and Gemma raise on any other): the system first, then
the user and the assistant in turn, and a tool's answers only behind the calls of the assistant. LLaMA-Factory skips
conversations with another order, too.
"""

import numpy as np

from licet.stages.conversation.turns import (
    ASSISTANT,
    CHOSEN,
    COMPLETION,
    PROMPT,
    ROLES,
    SYSTEM,
    TOOL,
    USER,
    Found,
    Turns,
)


def role_faults(turns: Turns) -> Found:
    """Count messages whose role cannot stand behind that of the message before it."""
    role, before = turns.role, turns.role_before
    calls_before = np.where(turns.before >= 0, turns.calls[turns.before], 0) if len(role) else role
    fits = (
        ((role == SYSTEM) & (before == -1))
        | ((role == USER) & ((before == -1) | (before == SYSTEM) | (before == ASSISTANT)))
        | ((role == ASSISTANT) & ((before == USER) | (before == TOOL)))
        | ((role == TOOL) & ((before == TOOL) | ((before == ASSISTANT) & (calls_before > 0))))
    )

    def told(index: int) -> str:
        named = turns.message.field("role")[index].as_py()
        return f"{named} " + (f"after {ROLES[before[index]]}" if before[index] >= 0 else "at the beginning")

    return turns.counted(np.flatnonzero(~fits), told)


def open_ends(turns: Turns) -> Found:
    """Count conversations and sides of preferences that do not end with the assistant; a mere prompt need not."""
    is_end = turns.is_last & (turns.part != PROMPT) & (turns.role != ASSISTANT)
    return turns.counted(
        np.flatnonzero(is_end), lambda index: f"{turns.message.field('role')[index].as_py()} at the end"
    )


def user_turns(turns: Turns) -> Found:
    """Count the turns of the user, in the prompt and the chosen side of a preference."""
    return Found(turns.count(np.flatnonzero((turns.role == USER) & (turns.part <= CHOSEN))))


def empty_turns(turns: Turns) -> Found:
    """Count turns of the user or the assistant without words and calls; a system or a tool may have nothing to say."""
    speaks = (turns.role == USER) | (turns.role == ASSISTANT)
    return turns.counted(np.flatnonzero(speaks & turns.is_blank & (turns.calls == 0)))


def side_questions(turns: Turns) -> Found:
    """Count turns of the user within the sides of a preference: each side then answers a question of its own."""
    return turns.counted(np.flatnonzero((turns.part >= COMPLETION) & (turns.role == USER)))
