"""How it was to work together: who is asked, what they answer, what a group is told of it."""

from . import batch, round
