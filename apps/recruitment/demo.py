"""Recruitment in the demonstration programme: one vacancy for every way in which it can stand.

Each part takes them on from where the part before left them; the site's clock goes back and forth.
"""

from . import applying_demo, selecting_demo, starting_demo, vacancy_demo

PARTS = [vacancy_demo, applying_demo, selecting_demo, starting_demo]


def load(world):
    for part in PARTS:
        part.load(world)
    vacancy_demo.finish(world)
