"""The demonstration ends with its figures counted."""

from . import staying, tallies


def load(world):
    tallies.refresh()
    staying.refresh()
