"""The audit trail, for administrators. Who looks at a person's trail is in the trail as well."""

from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.generic import DetailView, TemplateView, View

from . import chain
from .audit_words import SENSITIVE, audit_words, sensitive
from .exports import csv_response
from .forms import AuditFilterForm
from .looks import look_at, midnight
from .models import AuditCheck, AuditEntry, AuditSeal, record
from .views import AsksAgain, PermissionMixin

PAGE = 25
sensitive(
    read="Read something confidential",
    read_audit="Read somebody's audit trail",
    export_audit="Downloaded the audit trail",
    remove_note="Removed the note of an entry",
)


def _actions():
    """Every action that the trail has, in words; remembered for ten minutes."""

    def ask():
        return sorted(AuditEntry.objects.order_by().values_list("action", flat=True).distinct())

    return cache.get_or_set("core:audit-actions", ask, 600)


def _kinds():
    """Kinds of things, by the name that people know."""
    kinds = (
        (model._meta.label_lower, model._meta.verbose_name.capitalize())
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
    )
    return sorted(kinds, key=lambda kind: kind[1])


class Trail(PermissionMixin):
    """The entries that the filters of the address let through."""

    perm = "core.view_auditentry"

    def find(self):
        """The form and the entries, newest first; None where it has to be said who is meant."""
        words = [(action, audit_words(action)) for action in _actions()]
        self.form = form = AuditFilterForm(
            self.request.GET or None, kinds=_kinds(), actions=words, auto_id="id_%s"
        )
        self.person: Any = None
        self.people: list = []
        entries = AuditEntry.objects.visible_to(self.request.user)
        if not form.is_bound:
            return entries
        if not form.is_valid():
            return None
        data = form.cleaned_data
        if (data["who"] or data["person"]) and not self._who(data):
            return None
        if self.person:
            entries = entries.filter(self._part(data["part"]))
        if data["kind"]:
            kind = ContentType.objects.get_by_natural_key(*data["kind"].split("."))
            entries = entries.filter(subject_type=kind)
        if data["thing"]:
            entries = entries.filter(subject_id=data["thing"])
        if data["action"]:
            entries = entries.filter(action=data["action"])
        if data["sensitive"]:
            entries = entries.filter(action__in=[action.name for action in SENSITIVE])
        if data["since"]:
            entries = entries.filter(at__gte=midnight(data["since"]))
        if data["until"]:
            entries = entries.filter(at__lt=midnight(data["until"] + timedelta(days=1)))
        return entries

    def _who(self, data):
        """Find the one person meant; several are left in ``people`` to choose from."""
        users = get_user_model()._default_manager
        if data["who"]:
            found = users.filter(pk=data["who"])
        else:
            text = data["person"]
            found = users.filter(
                Q(full_name__icontains=text)
                | Q(known_as__icontains=text)
                | Q(email__icontains=text)
            )
        self.people = list(found[: PAGE + 1])
        if len(self.people) == 1:
            self.person = self.people[0]
        return self.person

    def _part(self, part):
        if part == "about":
            kind = ContentType.objects.get_for_model(self.person)
            return Q(subject_type=kind, subject_id=str(self.person.pk))
        return Q(by=self.person)

    def look(self):
        if self.person:
            look_at(self.person, by=self.request.user)


class Audit(Trail, TemplateView):
    """The trail, a page at a time: older entries are found by the last one shown."""

    template_name = "core/audit.html"

    def get(self, request, *args, **kwargs):
        entries = self.find()
        rows = list(self._page(entries)) if entries is not None else []
        self.look()
        context = self.get_context_data(
            filters=self.form,
            person=self.person,
            people=self.people[:PAGE] if not self.person else [],
            too_many=len(self.people) > PAGE,
            found=entries is not None,
            entries=rows[:PAGE],
            pages=self._pages(rows),
            latest=AuditSeal.objects.defer("entries").first(),
            check=AuditCheck.objects.first(),
            query=self._query(),
        )
        status = 422 if self.form.is_bound and not self.form.is_valid() else 200
        return self.render_to_response(context, status=status)

    def _page(self, entries):
        entries = entries.select_related("by", "subject_type").order_by("-at", "-pk")
        moment, _, pk = self.request.GET.get("before", "").partition("~")
        with suppress(ValueError, OverflowError):
            if (at := parse_datetime(moment)) and timezone.is_aware(at):
                at, pk = at.astimezone(UTC), int(pk)
                entries = entries.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
        return entries[: PAGE + 1]

    def _query(self, **changes):
        """The filters as part of an address."""
        query = self.request.GET.copy()
        query.pop("before", None)
        for name, value in changes.items():
            query[name] = value
        return query.urlencode()

    def _pages(self, rows):
        pages = {}
        if len(rows) > PAGE:
            last = rows[PAGE - 1]
            pages["next"] = {
                "href": "?" + self._query(before=f"{last.at.isoformat()}~{last.pk}"),
                "text": "Older entries",
            }
        if "before" in self.request.GET:
            pages["previous"] = {"href": "?" + self._query(), "text": "Newest entries"}
        return pages


class AuditDetail(PermissionMixin, DetailView):
    """One entry, and whether it is as it was written."""

    perm = "core.view_auditentry"
    context_object_name = "entry"
    template_name = "core/audit_entry.html"

    def get_queryset(self):
        return AuditEntry.objects.visible_to(self.request.user).select_related("by", "subject_type")

    def get_context_data(self, **kwargs):
        entry = self.object
        seal = AuditSeal.objects.filter(last__gte=entry.pk).order_by("number").first()
        listed = seal and chain.listed(seal.entries).get(entry.pk)
        return super().get_context_data(
            seal=seal if listed else None,
            as_sealed=listed == chain.mark(entry.digest) if listed else None,
            model=entry.subject_type.model_class(),
            **kwargs,
        )


class AuditExport(Trail, AsksAgain, View):
    """What the filters let through, as a file. That it was taken is in the trail."""

    HEADER = (
        "Number",
        "When",
        "Person",
        "Name",
        "Action",
        "In words",
        "Kind of thing",
        "Number of the thing",
        "Note",
        "Request",
        "Digest",
    )

    def get(self, request):
        entries = self.find()
        if self.form.is_bound and not self.form.is_valid():  # the page says what is wrong
            return redirect(f"{reverse('audit')}?{request.GET.urlencode()}")
        self.look()
        if entries is None:
            entries = AuditEntry.objects.none()
        names = ("person", "part", "kind", "thing", "action", "sensitive", "since", "until")
        chosen = {name: self.form.cleaned_data[name] for name in names if self.form.is_bound}
        chosen["person"] = self.person.pk if self.person else ""
        note = ", ".join(f"{name} {value}" for name, value in chosen.items() if value)
        record("export_audit", request.user, by=request.user, note=note)
        rows = entries.select_related("by", "subject_type").order_by("-at", "-pk")
        return csv_response(
            "audit.csv",
            self.HEADER,
            (
                (
                    entry.pk,
                    entry.at.isoformat(),
                    entry.by_id,
                    entry.by and entry.by.full_name,
                    entry.action,
                    entry.what,
                    entry.subject_type.model,
                    entry.subject_id,
                    entry.note,
                    entry.request_id,
                    entry.digest,
                )
                for entry in rows.iterator(chunk_size=1000)
            ),
        )
