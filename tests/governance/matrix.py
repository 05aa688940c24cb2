"""Every part of governance has rows of its own in a ``matrix_….py`` beside this."""

import importlib
import pkgutil

from ..matrix import Row

PARTS = [
    importlib.import_module(f"{__package__}.{module.name}")
    for module in pkgutil.iter_modules([__file__.rpartition("/")[0]])
    if module.name.startswith("matrix_")
]

#                            anonymous outsider observer member secretary colead office hr admin
ROWS = [Row("governance", "200 200 200 200 200 200 200 200 200")]
ROWS += [row for part in PARTS for row in part.ROWS]
MOVES = {model: moves for part in PARTS for model, moves in part.MOVES.items()}


def populate(world):
    for part in PARTS:
        part.populate(world)
