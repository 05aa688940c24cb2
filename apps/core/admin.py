"""Django admin with no way around the moves, the quorum, the audit, or what pages promise."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import DataError, models, transaction
from django.db.models import Q
from django.shortcuts import redirect

from .looks import look_at
from .models import AuditCheck, AuditEntry, AuditSeal, CrisisContact, FirstPress, Stateful, record
from .withheld import about_what_is_seen, seen


class SeenFilter(admin.RelatedFieldListFilter):
    """Offers the things that the person sees, and no others."""

    def field_choices(self, field, request, model_admin):
        ordering = self.field_admin_ordering(field, request, model_admin)
        there = model_admin.admin_site._registry.get(field.related_model)
        rows = there.get_queryset(request) if there else None
        limit = Q() if rows is None else Q(pk__in=rows.order_by().values("pk"))
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=limit)


MOST_NAMED = 25  # whoever looks for more people than that looks for nobody


def _asked(view, *args):
    """The answer of a view with all that its page asks the database: what fails, fails here."""
    with transaction.atomic():
        answer = view(*args)
        return answer.render() if hasattr(answer, "render") else answer


@admin.display(description="state", ordering="state")
def state_now(thing):
    """The state that the site's pages show."""
    return thing.State(thing.state_now).label


class AuditedAdmin(admin.ModelAdmin):
    """Every change made in the admin is written to the audit trail as well.

    Shows the rows that the person sees on the site, ``visible_to``, in lists, searches, filters,
    counts, choices, histories and deletions alike: all of them ask ``get_queryset``.

    ``within``   the path to the thing whose readers read these rows, where they have no
                 ``visible_to``
    ``for_all``  why everybody with the permission sees every row
    """

    within = ""
    for_all = ""
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if self.for_all else seen(rows, request.user, self.within)

    def get_list_display(self, request):
        """What a thing has by the clock, or by another thing, is not what is stored of it."""
        shown = super().get_list_display(request)
        if not issubclass(self.model, Stateful):
            return shown
        return [state_now if name == "state" else name for name in shown]

    def get_list_filter(self, request):
        """Those that offer things offer only what the person sees."""
        return [self._of_seen(one) for one in super().get_list_filter(request)]

    def _of_seen(self, one):
        if isinstance(one, str):
            field = get_fields_from_path(self.model, one)[-1]
            if field.is_relation:
                return one, SeenFilter
        return one

    def lookup_allowed(self, lookup, value, request):
        """Only what the filters of the page ask.

        Django lets an address ask for any field of the row, shown or not, and the list then tells:
        ``?candidate=5``, or ``?password__startswith=p``.
        """
        offered: set[Any] = {self.date_hierarchy}
        for one in super().get_list_filter(request):
            offered.add(one if isinstance(one, str) else getattr(one, "parameter_name", None))
        if not any(lookup == name or lookup.startswith(f"{name}__") for name in offered):
            return False
        return super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request, extra_context=None):
        """What no database can look for is answered as Django answers an unknown filter."""
        if request.method not in ("GET", "HEAD") or not request.GET or ERROR_FLAG in request.GET:
            return super().changelist_view(request, extra_context)
        try:
            return _asked(super().changelist_view, request, extra_context)
        except (OverflowError, ValueError, DataError):
            return redirect(f"{request.path}?{ERROR_FLAG}=1")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return _asked(super().changeform_view, request, object_id, form_url, extra_context)
        except (OverflowError, DataError):  # the number of a row that no database can hold
            self.message_user(request, "What was chosen is not there.", messages.ERROR)
            return redirect(request.path)

    def log_addition(self, request, obj, message):
        record("admin_added", obj, by=request.user)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        changed = (
            ", ".join(
                field
                for entry in message
                if "changed" in entry
                for field in entry["changed"]["fields"]
            )
            if isinstance(message, list)
            else ""
        )
        record("admin_changed", obj, by=request.user, note=changed)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            record("admin_deleted", obj, by=request.user)
        return super().log_deletions(request, queryset)


class ReadOnlyAdmin(AuditedAdmin):
    """Look, search and filter; change nothing: the site's own moves do that."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit log: who, what, on what, when and why; not what is confidential to others."""

    list_display = ("at", "by", "action", "subject_type", "subject_id", "note")
    list_filter = ("action", "subject_type", "at")
    search_fields = ("=subject_id", "by__email", "by__full_name", "action")
    date_hierarchy = "at"
    list_select_related = ("by", "subject_type")

    def get_search_results(self, request, queryset, search_term):
        """Who looks for a person's trail leaves a trace, as on the page of the trail."""
        found, twice = super().get_search_results(request, queryset, search_term)
        if search_term:
            for person in self._people_in(found, search_term.split()):
                look_at(person, by=request.user)
        return found, twice

    def _people_in(self, found, words):
        """Whose entries a search found, by what it named: their name, address or number."""
        users = get_user_model()
        kind = ContentType.objects.get_for_model(users)
        named, numbered = Q(pk__in=()), Q()
        for word in words:
            named |= Q(full_name__icontains=word) | Q(email__icontains=word)
            if word.isdecimal() and len(word) < 19:
                numbered |= Q(pk=int(word))
        found = found.order_by()
        meant = named & Q(pk__in=found.values("by"))
        if numbered and found.filter(subject_type=kind).exists():
            meant |= numbered
        return list(users._default_manager.filter(meant).order_by("pk")[:MOST_NAMED])


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    """The chain over the audit trail."""

    for_all = "numbers and digests alone"
    list_display = ("number", "made_at", "count", "last", "digest")
    exclude = ("entries",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("entries")


@admin.register(AuditCheck)
class AuditCheckAdmin(ReadOnlyAdmin):
    """When the trail was checked, and what was found."""

    for_all = "numbers of entries alone"
    list_display = ("at", "entries", "seals", "problems")


@admin.register(CrisisContact)
class CrisisContactAdmin(AuditedAdmin):
    """Whom to call when somebody may not be safe: on every page where people write freely."""

    for_all = "on every page"
    list_display = ("name", "way", "number", "when", "order")
    list_filter = ("way",)
    search_fields = ("name", "number", "note")

    def has_delete_permission(self, request, obj=None):
        """One at a time, and never the last: people who are not safe need somebody to call."""
        if obj is None or not CrisisContact.objects.exclude(pk=obj.pk).exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(FirstPress)
class FirstPressAdmin(ReadOnlyAdmin):
    """Moves that wait for a second person, who confirms them on the site."""

    for_all = "save those on what is confidential"
    list_display = ("name", "subject_type", "subject_id", "by", "at")
    list_filter = ("name", "subject_type")
    list_select_related = ("subject_type", "by")
    fields = ("name", "subject_type", "subject_id", "by", "at")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(about_what_is_seen(request.user))
