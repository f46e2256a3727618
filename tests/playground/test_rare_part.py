"""The part of a word by which a trigram index finds it soonest."""

from __future__ import annotations

import pytest

from playground.rare_part import rare_part

MAILS = ["anna@gmail.com", "ben@gmail.com", "cleo@gmail.com", "dan@mail.org"]


@pytest.mark.parametrize(
    ("word", "texts", "expected"),
    [
        ("noa.rossi@gmail.com", MAILS, "noa.rossi@g"),
        ("NOA.ROSSI@GMAIL.COM", MAILS, "NOA.ROSSI@G"),
        ("gmail", MAILS, "gmail"),
        ("gmail.community", MAILS, "ommunity"),
        ("cohen", MAILS, "cohen"),
        ("cohen", [], "cohen"),
        ("נועהכהן", ["נועה", "נועה", "דנה"], "עהכהן"),
        ("an", MAILS, "an"),
        ("", MAILS, ""),
        # (in upper case this has a letter more)
        ("straße@gmail.com", MAILS, "straße@gmail.com"),
    ],
)
def test_the_longest_part_that_few_have_is_looked_up(word: str, texts: list[str], expected: str):
    assert rare_part(word, texts=texts) == expected


def test_what_one_of_many_has_is_no_reason_to_leave_it_out():
    assert rare_part("rossi@mail", texts=["rossi@here", *["x@mail"] * 9]) == "rossi@m"
