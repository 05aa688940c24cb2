"""Who may: three small backends, so that ``user.has_perm(perm, obj)`` is the only verb.

``ProgrammeBackend`` makes a programme-wide permission (held through an ``auth.Group``) hold for
every object. ``GrantBackend`` asks guardian's tables, and remembers what the person holds for as
long as the user instance lives, that is, for one request. ``OwnBackend`` lets a thing say what it
lets its own people do: the owner of an action, say.
"""

from collections import defaultdict

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from guardian.backends import ObjectPermissionBackend
from guardian.models import UserObjectPermissionBase

from .compiled import late
from .held import HELD, held, once
from .plain import Plain, known
from .withheld import is_withheld

EVERYWHERE = HELD.add(
    Plain(
        "everywhere",
        lambda user: Permission.objects.filter(group__user=user),
        {"content_type__app_label": str, "codename": str},
        known("holds_programme_role"),
    )
)


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
        if not EVERYWHERE.is_for(user_obj):
            return set()
        if not hasattr(user_obj, "_group_perm_cache"):
            names = held(user_obj, EVERYWHERE.name)
            user_obj._group_perm_cache = {f"{app}.{name}" for app, name in names}
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
    return once(user, model, lambda: _sorted(held(user, _named(model))))


def _sorted(rows):
    by_name, by_kind = defaultdict(set), defaultdict(set)
    for codename, pk, *kind in rows:
        by_name[codename].add(pk)
        by_kind[kind[0] if kind else pk].add(codename)
    return by_name, by_kind


def _named(model):
    return model._meta.label_lower.replace(".", "_")


def hold_grants():
    """Tell what people hold of each model that has a permission table of its own."""
    for table in apps.get_models():
        if issubclass(table, UserObjectPermissionBase) and hasattr(table, "content_object_id"):
            model = table._meta.get_field("content_object").related_model
            columns = {"permission__codename": str, "content_object": int}
            if kind := getattr(model, "grant_kind", ""):
                columns[f"content_object__{kind}"] = str
            # Most hold nothing on most kinds of thing, and the session's query may have said so.
            fact = getattr(model, "grant_fact", None)
            HELD.add(Plain(_named(model), _granted_in(table), columns, fact and known(fact)))


def _granted_in(table):
    return lambda user: table.objects.filter(user=user)


@late
def granted(user, model, codename):
    """Ids of the things of a model on which the person was granted a permission."""
    return grants(user, model).get(codename, frozenset())
