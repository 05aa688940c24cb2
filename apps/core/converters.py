"""Parts of addresses that are one of a few words; numbers that come as text."""

from django.urls import register_converter

from .moves import Move

DIGITS = 18  # as many as any number has that a database counts by


def number_of(text):
    """The number that an address or a form gives as text; None for what can be none of a thing.

    Python refuses to read one of thousands of digits, and databases one of twenty.
    """
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def one_of(name, words):
    """Register ``<name:…>`` for addresses: it takes these words and no other."""

    class OneOf:
        regex = "|".join(words)

        def to_python(self, value):
            return value

        def to_url(self, value):
            return value

    register_converter(OneOf, name)


def one_of_moves(name, model):
    """The same for the moves of a model that have a button."""
    moves = model.moves.items()
    one_of(name, [name for name, row in moves if isinstance(row, Move) and not row.internal])
