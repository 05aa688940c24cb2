"""The permission matrix: what every address answers to every kind of person.

Each app and each part keeps its rows in a ``matrix.py`` beside its tests:

``ROWS``      a list of ``Row``: URL name, its arguments, and the status for each of ``ACTORS``
``MOVES``     for each Stateful model, {move: statuses}, POSTed from a state where it is possible
``populate``  optional: adds to the world what the rows need; ``world.after(other.populate)`` where
              they build on what another part adds
``settle``    optional: done anew in the world when all its words have changed
``KEPT_OUT``  optional: models that Django admin does not show, each with the reason

``tests/test_matrix.py`` runs them all, and fails when a URL or a move has no row.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.test import Client

import tests
from apps.accounts.roles import ADMIN, HR, OFFICE
from apps.groups.roles import Role

from .factories import (
    StaffFactory,
    UserFactory,
    appoint,
    programme_user,
    with_second_factor,
    working_group,
)

# Everybody but "anonymous" is signed in. "outsider" belongs to no group.
ACTORS = (
    "anonymous",
    "outsider",
    "observer",
    "member",
    "secretary",
    "colead",
    "office",
    "hr",
    "admin",
)


@dataclass(frozen=True)
class Row:
    """One address. ``expect`` holds one status an actor, in the order of ACTORS."""

    name: str
    expect: str
    args: Callable = field(default=lambda world: {})
    method: str = "get"
    data: Callable = field(default=lambda world: {})
    note: str = ""  # tells rows of one URL apart: the state, say
    again: bool = False  # asks again who it is: visited by people who have just shown it

    def __str__(self):
        return f"{self.method} {self.name} {self.note}".strip()

    def statuses(self):
        return dict(zip(ACTORS, map(int, self.expect.split()), strict=True))


def of(name):
    """The arguments of the page of one thing."""
    return lambda world: {"pk": getattr(world, name).pk}


def moving(thing, name):
    """The arguments of the page of one of its moves."""
    return lambda world: {"pk": getattr(world, thing).pk, "name": name}


def move(url, expect, thing, name):
    """A move, made with a reason."""
    return Row(
        url,
        expect,
        moving(thing, name),
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
    )


def tables():
    """Every ``matrix.py`` below this folder."""
    for found in pkgutil.walk_packages(tests.__path__, "tests."):
        if found.name.endswith(".matrix") and found.name != __name__:
            yield importlib.import_module(found.name)


class World(SimpleNamespace):
    """What the rows ask for, by name. A second thing of the same name would hide the first.

    ``secrets``  {words: the actors who may read them}; on anybody else's page they are a fault
    """

    def after(self, populate):
        """What ``populate`` adds is there; each adds once, whoever asks first."""
        if populate not in self.populated:
            self.populated.append(populate)
            populate(self)

    def __setattr__(self, name, thing):
        assert not hasattr(self, name), f"The world has a {name} already."
        super().__setattr__(name, thing)


def build_world(populate):
    """One task group with a person in every role, and people who are not in it."""
    group = working_group(leads=False, name="Role design", slug="role-design")
    actors = {
        "outsider": UserFactory(),
        "observer": UserFactory(),
        "member": with_second_factor(UserFactory()),  # also sits on panels
        "secretary": with_second_factor(StaffFactory()),  # the same
        "colead": with_second_factor(UserFactory()),  # the same
        "office": programme_user(OFFICE),
        "hr": programme_user(HR),
        "admin": programme_user(ADMIN, is_staff=True),
    }
    staff_lead = StaffFactory()
    appoint(group, actors["observer"], Role.OBSERVER)
    appoint(group, actors["member"], Role.MEMBER)
    appoint(group, actors["secretary"], Role.SECRETARY)
    appoint(group, actors["colead"], Role.CO_LEAD)
    appoint(group, staff_lead, Role.CO_LEAD)
    world = World(group=group, actors=actors, staff_lead=staff_lead, secrets={}, populated=[])
    for add in populate:
        world.after(add)
    return world


def clients(world):
    """A client for each kind of person, signed in once: {actor: client}."""
    made = {actor: Client() for actor in ("anonymous", *world.actors)}
    for actor, user in world.actors.items():
        made[actor].force_login(user, "apps.accounts.backends.SignIn")
    return made
