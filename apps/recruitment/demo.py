"""Recruitment in the demonstration programme: one vacancy for every way in which it can stand.

Each part takes them on from where the part before left them; the site's clock goes back and forth.
"""

from .applications import demo as applications
from .employment import demo as employment
from .selection import demo as selection
from .vacancies import demo as vacancies


def load(world):
    for part in (vacancies, applications, selection, employment):
        world.load(part)
    vacancies.finish(world)
