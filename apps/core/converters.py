"""Parts of addresses that are one of a few words."""

from django.urls import register_converter

from .moves import Move


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
