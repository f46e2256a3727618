"""The part of a word by which a trigram index finds it soonest.

PostgreSQL reads from such an index the lists of all rows with the first three letters, with the next three, and so on,
and keeps what is in each. What nearly every row has (``gmail.com``, a prefix that all numbers share) is in long lists
that rule out nobody. So the index is asked for the rest of the word only, and whether a row holds the whole word is
asked of the few that are left.
"""

from __future__ import annotations

from collections.abc import Iterable

SAMPLE = 50
"""Texts that show what is frequent."""
LONG_WORD = 7
"""Letters of a word from which it is worth while to look at a sample: shorter ones are in few lists."""
_FREQUENT = 4
"""Where one of so many texts has them, letters are frequent."""
_LETTERS = 3


def rare_part(word: str, *, texts: Iterable[str]) -> str:
    """Return the longest part of a word of which no three letters in a row are in a quarter of the texts; the word
    itself where there is none. The case does not matter. Pure."""
    sample = [text.upper() for text in texts]
    letters = word.upper()
    longest = (0, 0)
    start = None
    # (Some letters are two in upper case.)
    if len(letters) != len(word):
        return word
    for position in range(len(word) - _LETTERS + 1):
        trigram = letters[position : position + _LETTERS]
        if sum(trigram in text for text in sample) * _FREQUENT >= max(len(sample), 1):
            start = None
            continue
        start = position if start is None else start
        end = position + _LETTERS
        if end - start > longest[1] - longest[0]:
            longest = (start, end)
    return word[slice(*longest)] or word
