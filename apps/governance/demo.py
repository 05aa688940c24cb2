"""Governance in the demonstration programme: each part loads its own."""

from . import analysis_demo, consultation_demo, document_demo, interest_demo, rights_demo

PARTS = [document_demo, consultation_demo, analysis_demo, interest_demo, rights_demo]


def load(world):
    for part in PARTS:
        part.load(world)
