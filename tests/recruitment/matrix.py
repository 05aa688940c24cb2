"""Every part of recruitment has rows of its own in a ``matrix_….py`` beside this."""

import importlib
import pkgutil

PARTS = [
    importlib.import_module(f"{__package__}.{module.name}")
    for module in pkgutil.iter_modules([__file__.rpartition("/")[0]])
    if module.name.startswith("matrix_")
]

ROWS = [row for part in PARTS for row in part.ROWS]
MOVES = {
    model: {move: row for part in PARTS for move, row in part.MOVES.get(model, {}).items()}
    for model in {model for part in PARTS for model in part.MOVES}
}
KEPT_OUT = {  # of Django admin, each for a reason (tests/core/test_admin.py)
    "Answer": "what a candidate wrote is read on the site, where each look is recorded",
    "Job": "part of an application",
    "Referee": "part of an application",
    "VacancyUserPermission": "grants follow from parts in a vacancy",
    "ApplicationUserPermission": "a candidate holds them on their own application",
}
for part in PARTS:
    KEPT_OUT |= getattr(part, "KEPT_OUT", {})


def populate(world):
    for part in PARTS:
        part.populate(world)
