"""Parts of addresses that are one of a few words."""

from django.urls import register_converter


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
    one_of(name, [move for move, made in model.moves.items() if not made.internal])
