"""Every power of a model refuses somebody who has nothing to do with what it is about.

Its page asks first who may; a page can forget. Moves are asked about in ``Stateful.move`` itself.
"""

import inspect

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction

from .factories import UserFactory

SETTLED = "for callers that have settled who may"
PAGE = "its page alone asks"
FIRST = "looks first at what it is given, which here is nonsense"
OTHERS = {
    "Application.move": FIRST,
    "AuditEntry.remove_note": PAGE,
    "Booking.settle": FIRST,
    "Consultation.being_written": SETTLED,
    "Consultation.move": FIRST,
    "Decision.follow_quorum": SETTLED,
    "DocumentVersion.approve": FIRST,
    "DocumentVersion.consultation_opened": FIRST,
    "DocumentVersion.continued": SETTLED,
    "Membership.finish": SETTLED,
    "Output.words_changed": SETTLED,
    "Pair.lose": SETTLED,
    "PanelMember.finish": SETTLED,
    "Photograph.discard": SETTLED,
    "Suggestion.reply": FIRST,
    "User.close": PAGE,
    "User.remove_second_factor": PAGE,
    "User.reopen": PAGE,
    "Vacancy.move": FIRST,
    "WorkingGroup.seat": SETTLED,
}


def powers():
    """{its name: (model, method)} of each method that needs to be told who does it."""
    found = {}
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            for name, method in vars(model).items():
                by = inspect.isfunction(method) and inspect.signature(method).parameters.get("by")
                if by and by.default is by.empty and not name.startswith("_"):
                    found[f"{model.__name__}.{name}"] = model, method
    return found


POWERS = powers()


def test_the_others_are_there():
    assert OTHERS.keys() - POWERS.keys() == set()


@pytest.mark.no_cover
def test_each_power_refuses_a_stranger(walk, subtests):
    walk.prepare()
    stranger = UserFactory()
    for name in POWERS.keys() - OTHERS.keys():
        model, method = POWERS[name]
        with subtests.test(name):
            thing = model._base_manager.first()
            assert thing is not None, "The world of the walk has none."
            with transaction.atomic(), pytest.raises(PermissionDenied):
                method(thing, *given(method), by=stranger, **given(method, named=True))


def given(method, *, named=False):
    """Something for whatever else it must be told, by position or by name."""
    needed = [
        one
        for one in list(inspect.signature(method).parameters.values())[1:]
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD and one.name != "by"
    ]
    if named:
        return {one.name: "Because." for one in needed if one.kind is one.KEYWORD_ONLY}
    return ["Because." for one in needed if one.kind is one.POSITIONAL_OR_KEYWORD]
