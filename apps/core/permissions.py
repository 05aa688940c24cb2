"""Who may: three small backends, so that ``user.has_perm(perm, obj)`` is the only verb.

``ProgrammeBackend`` makes a programme-wide permission (held through an ``auth.Group``) hold for
every object. ``GrantBackend`` asks guardian's tables, and remembers what the person holds for as
long as the user instance lives, that is, for one request. ``OwnBackend`` lets a thing say what it
lets its own people do: the owner of an action, say.
"""

from collections import defaultdict
from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from guardian.backends import ObjectPermissionBackend
from guardian.utils import get_user_obj_perms_model

from .compiled import Kept, late
from .withheld import REMEMBERED, is_withheld


def _of_roles(user):
    held = Permission.objects.filter(group__user=user).order_by()
    return held.values_list("content_type__app_label", "codename")


_held_everywhere = Kept(_of_roles)


class ProgrammeBackend(ModelBackend):
    """A permission held for the whole programme holds for each thing in it."""

    def authenticate(self, request, **credentials):
        return None  # signing in is allauth's

    def has_perm(self, user_obj, perm, obj=None):
        """A thing may withhold one from somebody who holds it everywhere: ``withheld_perms(user)``.

        Who sits on a panel does not read the names of those whom it judges, say, whatever
        programme-wide role they have. PermissionDenied is Django's way to say no for all backends.
        No backend is asked about a superuser: ``User.has_perm`` says the same of them.
        """
        if is_withheld(user_obj, perm, obj):
            raise PermissionDenied
        return super().has_perm(user_obj, perm)

    def get_user_permissions(self, user_obj, obj=None):
        return set()  # what somebody may do comes from roles alone

    def get_group_permissions(self, user_obj, obj=None):
        """Without a question for most people: the session's query said that they hold no role."""
        if user_obj.is_superuser or obj is not None or not user_obj.is_active:
            return super().get_group_permissions(user_obj, obj)
        if getattr(user_obj, "holds_programme_role", None) is False:
            return set()
        if not hasattr(user_obj, "_group_perm_cache"):
            held = _held_everywhere.rows(user_obj)
            user_obj._group_perm_cache = {f"{app}.{name}" for app, name in held}
        return user_obj._group_perm_cache


class GrantBackend(ObjectPermissionBackend):
    """Guardian's grants to the person on one object, read once a request for all objects."""

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user_obj, perm, obj=None):
        if obj is None or not user_obj.is_authenticated or not user_obj.is_active:
            return False
        app_label, _, codename = perm.rpartition(".")
        if app_label and app_label != obj._meta.app_label:
            return False
        return obj.pk in granted(user_obj, type(obj), codename)


class OwnBackend(ModelBackend):
    """What a thing grants to its own people: ``obj.own_perms(user)``, a set of "app.codename"."""

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user_obj, perm, obj=None):
        own = getattr(obj, "own_perms", None)
        return own is not None and user_obj.is_active and perm in own(user_obj)


def remembered(user):
    """What was found out about this person's grants: kept as long as the user instance lives."""
    if not hasattr(user, "_grants"):
        user._grants = {}
    return user._grants


def grants(user, model):
    """All grants to the person on things of one model, read at once: {codename: {id, …}}.

    Only models with a permission table of their own have any: programme roles hold everywhere, so
    no grant is on a group of people and none is in guardian's table for any model.
    """
    return _read(user, model)[0]


def grants_by_kind(user, model):
    """The same by what the things are: {value of the model's ``grant_kind`` field: {codename, …}}.

    Whether somebody is in *the* steering group is asked on most pages, and costs no query of its
    own this way.
    """
    return _read(user, model)[1]


def _read(user, model):
    known = remembered(user)
    if model not in known:
        by_name, by_kind = defaultdict(set), defaultdict(set)
        # Most hold nothing on most kinds of thing, and the session's query may have said so.
        holds_none = getattr(user, getattr(model, "grant_fact", ""), None) is False
        if not holds_none and (held := _held_on(model)):
            for name, pk, kind in held.rows(user):
                by_name[name].add(pk)
                by_kind[kind].add(name)
        known[model] = by_name, by_kind  # whole, or not at all
    return known[model]


@cache
def _held_on(model):
    """What is read of the grants on things of a model; None: there are none."""
    table = get_user_obj_perms_model(model).objects
    columns = "permission__codename", "content_object"
    kind = f"content_object__{getattr(model, 'grant_kind', 'pk')}"
    if table.is_generic():
        return None
    return Kept(lambda user: table.filter(user=user).values_list(*columns, kind))


@late
def granted(user, model, codename):
    """Ids of the things of a model on which the person was granted a permission."""
    return grants(user, model).get(codename, frozenset())


def forget_grants(user):
    """Drop what is remembered, after grants changed."""
    for name in REMEMBERED:
        if hasattr(user, name):  # not through __dict__: request.user stands in for the person
            delattr(user, name)
