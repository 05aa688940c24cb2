"""Recruitment in the demonstration programme: one vacancy for every way in which it can stand.

Each part takes them on from where the part before left them; the site's clock goes back and forth.
"""

from .applications import demo
from .employment import demo as employment_demo
from .selection import demo as selection_demo
from .vacancies import demo as vacancies_demo

PARTS = [vacancies_demo, demo, selection_demo, employment_demo]


def load(world):
    for part in PARTS:
        part.load(world)
    vacancies_demo.finish(world)
