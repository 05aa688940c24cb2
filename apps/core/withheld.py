"""What is withheld: a permission on a thing, rows, and the trail of what is confidential.

``withheld_perms`` is asked by the backends, and by the person of a superuser. What is
*confidential* leaves no trace for those without a part in it: not in the audit trail, nor in lists
of Django admin.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Cast

from .registry import Registry

# What a person's instance remembers of what they may.
REMEMBERED = ("_grants", "_perm_cache", "_user_perm_cache", "_group_perm_cache")


def is_withheld(user: Any, perm: str, obj: Any) -> bool:
    """Whether a thing withholds a permission from somebody, whatever else gives it to them."""
    withheld = getattr(obj, "withheld_perms", None)
    return withheld is not None and perm in withheld(user)


# --- rows -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Confidential:
    """A kind of thing of which a page says that only some people know of it.

    ``within`` is the path to the thing whose readers read these rows, where their own QuerySet has
    no ``visible_to``; with neither nobody does.
    """

    model: type[models.Model]
    why: str
    within: str = ""

    def seen_by(self, user: Any) -> models.QuerySet:
        return seen(self.model._default_manager.all(), user, self.within)


CONFIDENTIAL: Registry[Confidential] = Registry(
    "What is confidential", key=lambda one: one.model._meta.label
)


def confidential(why: str, *kinds: type[models.Model], within: str = "") -> None:
    """Declare kinds of things confidential, with the promise that a page makes."""
    for model in kinds:
        CONFIDENTIAL.add(Confidential(model, why, within))


def by_roles(user: Any) -> Any:
    """The same person without a superuser's powers: what their roles and own part give them."""
    if not user.is_superuser:
        return user
    plain = copy(user)
    for name in REMEMBERED:
        if hasattr(plain, name):
            delattr(plain, name)
    plain.is_superuser = False
    return plain


def seen(rows: models.QuerySet, user: Any, within: str = "") -> models.QuerySet:
    """Which of these rows a person sees: by ``visible_to``, or as the thing that they are part of.

    None of them, where nothing says who does. A superuser sees what is confidential by a role or a
    part in it alone.
    """
    if CONFIDENTIAL.get(rows.model._meta.label):
        user = by_roles(user)
    visible_to: Callable | None = getattr(rows, "visible_to", None)
    if visible_to:
        return visible_to(user)
    if within:
        thing = get_fields_from_path(rows.model, within)[-1].related_model
        return rows.filter(**{f"{within}__in": seen(thing._default_manager.all(), user)})
    return rows.none()


def about_what_is_seen(
    user: Any, kind: str = "subject_type", number: str = "subject_id"
) -> models.Q:
    """For rows that point at things of any kind: those that are not about what this person must
    not know of."""
    hidden = models.Q(pk__in=())
    for one in CONFIDENTIAL:
        keys = one.seen_by(user).order_by().annotate(key=Cast("pk", models.CharField()))
        of_kind = models.Q(**{kind: ContentType.objects.get_for_model(one.model)})
        hidden |= of_kind & ~models.Q(**{f"{number}__in": keys.values("key")})
    return ~hidden
