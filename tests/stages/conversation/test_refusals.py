import pytest
from talks import asked, assistant, measured, pair, talk, user, verdict

from licet.stages.conversation.refusals import is_refusal

REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I’m sorry, but I can’t assist with that request.",
    "I am sorry, I am not able to provide that.",
    "I cannot fulfill this request.",
    "I can't help you with this.  How about you just use a search engine?",
    "Sorry, I’m not allowed to share that kind of information.",
    "As an AI language model, I cannot form opinions.",
    "As a large language model, I am unable to browse the internet.",
    "I must decline to answer this.",
    "I won’t tell you how to do it.",
    "This request violates our content policy.",
    "I don't feel comfortable writing that.",
    "I'd rather not discuss this.",
    "Unfortunately, I am unable to tell you that.",
    "That sounds dangerous, and I won't support it.",
    "Es tut mir leid, aber ich kann Ihnen dabei nicht helfen.",
    "Je suis désolé, mais je ne peux pas vous aider.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "很抱歉，我不能帮助你。",
    "申し訳ありませんが、その質問にはお答えできません。",
    "<think>They ask for help.</think>I can't help with that.",
    "That's not something I'm able to assist with.",
    "I'm sorry, but writing about real people like that isn't something I can do.",
    "My guidelines prevent me from giving instructions for weapons.",
    "It would be inappropriate for me to describe that.",
    "I must decline. Such jokes hurt.",
    "I'm afraid I'll have to pass.",
    "Breaking into cash machines is a crime, so I won't.",
    "I do not condone piracy.",
    "I cannot identify people from images.",
    "I'm a text-based assistant, so I'm not able to draw pictures.",
    "Private Adressen darf ich nicht herausgeben.",
    "Ich kann leider keine E-Mails verschicken.",
    "Je refuse d'écrire ce genre de blague.",
    "No puedo escribir eso.",
    "作为一个人工智能助手，我无法透露他人的隐私信息。",
    "すみませんが、個人情報をお調べすることはできません。",
    "मुझे खेद है, लेकिन मैं इसमें आपकी मदद नहीं कर सकता।",
]
ANSWERS = [
    "I can't believe how well this worked!",
    "Sorry, I couldn’t quite hear you. Can you please repeat your question?",
    "I'm sorry to hear that. You could try to restart it.",
    "I'm sorry, I can't agree with you there.",
    "You cannot divide by zero.",
    "It can't help to wait. Call them now.",
    "No, you can't provide two keys.",
    "If someone asks me for what is against my programming, it is logged.",
    "The door won't open because it is locked.",
    "I will not go into the history here; the answer is 4.",
    "Sure, here is how.",
    "He said: he would rather not help.",
    "Dear Ms Smith,\n\nI regret that we cannot offer you the position.",
    "Thief: Let me in.\nGuard: I'm sorry, I cannot do that.",
    "It would answer: I'm sorry, but I can't assist with that.",
    "\"I'm sorry, I can't give you a loan,\" said the clerk.",
    "*wipes a mug* I can't help you, stranger.",
    "I can't give legal advice, but in short: ask for consent first.",
    "I can't recommend it highly enough.",
    "We can't create a value of this type, so the arms can differ.",
    "Es kann nicht starten, wenn die Batterie leer ist.",
    "Je suis désolé pour votre perte.",
    "Lo siento, dormir mal agota.",
    "यह सुनकर मुझे खेद है।",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_answers_that_refuse_are_found(text: str) -> None:
    assert measured("refusals", asked(text)) == [1]


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_that_only_sound_alike_are_not(text: str) -> None:
    assert not is_refusal(text)


def test_refusals_of_the_user_and_of_rejected_sides_are_left() -> None:
    no = REFUSALS[0]
    assert measured("refusals", talk(user(no), assistant("Fine.")), pair("Yes.", no), pair(no, "Yes.")) == [0, 0, 1]


def test_they_are_refused_by_strict_unless_the_recipe_wants_them() -> None:
    row = asked(REFUSALS[0])
    assert verdict(row)[0] is None
    assert verdict(row, profile="strict") == ("answer_refuses", 1, 0, "messages[1]")
    assert verdict(row, profile="strict", set={"max_refusals": None})[0] is None
