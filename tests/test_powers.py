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
    "AnnualReport.lose_decision": SETTLED,
    "Application.move": FIRST,
    "Booking.settle": FIRST,
    "Check.move": FIRST,
    "Consultation.being_written": SETTLED,
    "Consultation.move": FIRST,
    "Decision.follow_quorum": SETTLED,
    "Deputy.finish": SETTLED,
    "Decision.settlement_fell": SETTLED,
    "DocumentFormat.ask": "anybody who reads the document",
    "DocumentVersion.approve": FIRST,
    "DocumentVersion.consultation_opened": FIRST,
    "DocumentVersion.continued": SETTLED,
    "DraftRevision.keep": SETTLED,
    "Edit.keep": FIRST,
    "Membership.finish": SETTLED,
    "Output.answer_changed": SETTLED,
    "Output.signatures_lapse": SETTLED,
    "Output.words_changed": SETTLED,
    "Pair.lose": SETTLED,
    "PanelMember.finish": SETTLED,
    "Photograph.discard": SETTLED,
    "PublicFigures.lose_decision": SETTLED,
    "Rate.become_set": SETTLED,
    "Rate.lose_decision": SETTLED,
    "Review.lose_decision": SETTLED,
    "Suggestion.reply": FIRST,
    "TermsOfReference.lose_decision": SETTLED,
    "User.shut": SETTLED,
    "Vacancy.move": FIRST,
    "Vacancy.permit": FIRST,
    "WorkingGroup.seat": SETTLED,
    "WorkingGroup.why_no_second": "a question: it does nothing",
}


def powers():
    """{its name: (model, whether of the class, name)}: methods that must be told who does it."""
    found = {}
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            for name in vars(model):
                method = inspect.getattr_static(model, name)
                function = getattr(method, "__func__", method)
                by = inspect.isfunction(function) and inspect.signature(function).parameters.get(
                    "by"
                )
                if by and by.default is by.empty and not name.startswith("_"):
                    found[f"{model.__name__}.{name}"] = model, isinstance(method, classmethod), name
    return found


POWERS = powers()


def test_the_others_are_there():
    assert OTHERS.keys() - POWERS.keys() == set()


@pytest.mark.no_cover
def test_each_power_refuses_a_stranger(walk, subtests):
    walk.prepare()
    stranger = UserFactory()
    for power in POWERS.keys() - OTHERS.keys():
        model, of_class, name = POWERS[power]
        with subtests.test(power):
            use = getattr(model if of_class else first(model), name)
            positional, named = given(model, use)
            with transaction.atomic(), pytest.raises(PermissionDenied):
                use(*positional, by=stranger, **named)


def given(model, use):
    """Something for whatever else it must be told, by position and by name: of a thing that has a
    table some one, and words for everything else."""
    positional, named = [], {}
    for one in inspect.signature(use).parameters.values():
        if one.default is one.empty and one.name != "by":
            if one.kind is one.POSITIONAL_OR_KEYWORD:
                positional.append(something(model, one.name))
            elif one.kind is one.KEYWORD_ONLY:
                named[one.name] = something(model, one.name)
    return positional, named


def something(model, name):
    fields = {field.name: field.related_model for field in model._meta.fields}
    tables = {one._meta.model_name: one for one in apps.get_models()}
    kind = fields.get(name) or tables.get(name.replace("_", ""))
    return first(kind) if kind else "Because."


def first(model):
    found = model._base_manager.first()
    assert found is not None, f"The world of the walk has no {model.__name__}."
    return found
