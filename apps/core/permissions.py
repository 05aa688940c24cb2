"""Who may: three small backends, so that ``user.has_perm(perm, obj)`` is the only verb.

``ProgrammeBackend`` makes a programme-wide permission (held through an ``auth.Group``) hold for
every object. ``GrantBackend`` asks guardian about one object and remembers the answer for as long
as the user instance lives, that is, for one request. ``OwnBackend`` lets a thing say what it lets
its own people do: the owner of an action, say.
"""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from guardian.backends import ObjectPermissionBackend
from guardian.core import ObjectPermissionChecker


class ProgrammeBackend(ModelBackend):
    """A permission held for the whole programme holds for each thing in it."""

    def authenticate(self, request, **credentials):
        return None  # signing in is allauth's

    def has_perm(self, user_obj, perm, obj=None):
        return super().has_perm(user_obj, perm)


class GrantBackend(ObjectPermissionBackend):
    """Guardian's answer for one object, asked once a request."""

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user_obj, perm, obj=None):
        if obj is None or not user_obj.is_authenticated or not user_obj.is_active:
            return False
        app_label, _, codename = perm.rpartition(".")
        if app_label and app_label != obj._meta.app_label:
            return False
        return checker(user_obj).has_perm(codename, obj)


class OwnBackend(ModelBackend):
    """What a thing grants to its own people: ``obj.own_perms(user)``, a set of "app.codename"."""

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user_obj, perm, obj=None):
        own = getattr(obj, "own_perms", None)
        return own is not None and user_obj.is_active and perm in own(user_obj)


class OwnGrants(ObjectPermissionChecker):
    """Grants to the person: programme roles hold everywhere, so none is on a group of people."""

    def get_group_perms(self, obj):
        return Permission.objects.none().values_list("codename", flat=True)


def checker(user):
    """The user's remembered grants."""
    if not hasattr(user, "_grants"):
        user._grants = OwnGrants(user)
    return user._grants


def prefetch_grants(user, objects):
    """Load the user's grants on many objects of one model at once (two queries, not two each)."""
    objects = list(objects)
    if objects and user.is_authenticated:
        checker(user).prefetch_perms(objects)
    return objects


def forget_grants(user):
    """Drop what is remembered, after grants changed."""
    user.__dict__.pop("_grants", None)
    for name in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(name, None)
