from licet.pipelines.audit.words import KINDS


def test_a_mark_of_a_page_is_not_called_a_link_since_a_footer_in_words_is_one_too() -> None:
    assert [kind for kind, told in KINDS.items() if "link" in told] == ["html_link"]
