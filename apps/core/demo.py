"""The demonstration programme: each app's ``demo.py`` adds its part to an empty database.

An app's ``demo.py`` has ``load(world)``, called lowest app first, and may have ``SIGN_INS``.
Everything is drawn from ``world.rng`` and dated by ``world.now``, so that one seed and one day
always make the same programme. The large one holds the small one, and more: under the same
addresses, so that a page can be measured in both.
"""

import importlib
import importlib.util
import random
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import SimpleNamespace

from django.apps import apps
from django.conf import settings

from . import chance
from . import clock as core_clock
from .clock import LONDON

PASSWORD = "peer-support-demo"  # noqa: S105 - the one that the documentation tells everybody
SEED = 2014


@dataclass(frozen=True)
class DemoSignIn:
    """An account that a newcomer may try, and whose it is."""

    email: str
    what: str


class World(SimpleNamespace):
    """What has been made so far; each app adds attributes for those above it.

    ``rng`` the only source of chance · ``today`` the day it is · ``large`` which of the two
    sizes · ``now`` what the site's clock shows: move it with ``goto``.
    """

    def __init__(self, *, today, large=False):
        super().__init__(rng=random.Random(SEED), today=today, large=large, now=None)  # noqa: S311
        self.goto(today)

    def goto(self, day, hour=9, minute=0):
        """Set the site's clock, so that what is done next is recorded as done then."""
        self.now = datetime.combine(day, time(hour, minute), tzinfo=LONDON)
        return self.now

    def ago(self, days):
        """The date so many days before today."""
        return self.today - timedelta(days=days)

    def load(self, part):
        """Add what one ``demo`` module makes, by a chance that no other has drawn from."""
        self.rng.seed(f"{SEED} {part.__name__}")
        self.goto(self.today)
        part.load(self)

    @contextmanager
    def clock(self):
        """While this holds, the whole site reads the world's clock."""
        with core_clock.at(lambda: self.now):
            yield


def modules():
    """The ``demo`` module of every app that has one, lowest first."""
    for config in apps.get_app_configs():
        name = f"{config.name}.demo"
        if config.name.startswith("apps.") and name != __name__ and importlib.util.find_spec(name):
            yield importlib.import_module(name)


def sign_ins():
    """The accounts to try, in the order to show them."""
    return [one for module in modules() for one in getattr(module, "SIGN_INS", ())]


@contextmanager
def _unnoted():
    """With DEBUG on, Django keeps each of fifty thousand statements, with its values put in by
    another one: an eighth of the time."""
    debug, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = debug


def load(*, today, large=False):
    """Make the whole programme. The caller has a transaction and an empty database."""
    world = World(today=today, large=large)
    with world.clock(), chance.seeded(world.rng), _unnoted():
        for module in modules():
            world.load(module)
    return world
