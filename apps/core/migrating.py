"""Migrating without making every model of the site anew at every step (ADR 54).

Django makes the class of a changed model anew, and those of all models related to it. Here nearly
all are related to a person: each of five hundred operations made seventy classes, in five sixths of
the time that migrating an empty database took. An operation that adds a model, a field, an index or
a constraint needs the class of that one model: how many others point to a table changes neither its
name nor the type of its key. What such an operation leaves stale is marked as Django marks it
(``is_delayed``), so that whatever runs Python makes all anew first.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState

Found = set[tuple[str, str]]


@contextmanager
def changed_alone() -> Iterator[None]:
    """While this holds, migrations make anew the class of the model that they change, where that is
    enough."""
    as_ever: Callable[..., Found] = ProjectState._find_reload_model

    def find(state: Any, app_label: str, model_name: str, delay: bool = False) -> Found:
        if not _is_alone(state, app_label, model_name, delay):
            return as_ever(state, app_label, model_name, delay)
        state.is_delayed = True
        return {(app_label, model_name)}

    ProjectState._find_reload_model = find
    try:
        yield
    finally:
        ProjectState._find_reload_model = as_ever


def _is_alone(state: Any, app_label: str, model_name: str, delay: bool) -> bool:
    """Whether nothing of this model changes that others are made of: Django says so (``delay``), or
    the model is new, or has a field more. Models that inherit from it are made of all of it."""
    try:
        model = state.apps.get_model(app_label, model_name)
    except LookupError:
        return True
    had = {field.name for field in (*model._meta.local_fields, *model._meta.local_many_to_many)}
    more = had < set(state.models[app_label, model_name].fields)
    return (delay or more) and not model.__subclasses__()
