"""Governance in the demonstration programme: each part loads its own."""

from .analysis import demo
from .consultations import demo as consultations_demo
from .documents import demo as documents_demo
from .interests import demo as interests_demo

PARTS = [documents_demo, consultations_demo, demo, interests_demo]


def load(world):
    for part in PARTS:
        part.load(world)
