"""Governance in the demonstration programme: each part loads its own."""

from .analysis import demo as analysis
from .consultations import demo as consultations
from .documents import demo as documents
from .interests import demo as interests


def load(world):
    for part in (documents, consultations, analysis, interests):
        world.load(part)
