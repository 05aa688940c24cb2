"""What was sent, waits or failed is read here, and can be retried; rules and words, too."""

from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from apps.core.admin import ReadOnlyAdmin
from apps.core.models import record
from apps.core.waking import ask
from apps.core.withheld import CONFIDENTIAL

from .kinds import KINDS
from .models import Delivery, Occurrence, Postbox, Preference, ReminderRule, Status, Wording
from .sending import retry


class KindFilter(admin.SimpleListFilter):
    """By kind, under the name that people know it by."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return sorted(
            ((name, kind.label) for name, kind in KINDS.items()), key=lambda pair: pair[1]
        )

    def queryset(self, request, queryset):
        path = {ReminderRule: "kind", Wording: "kind", Occurrence: "rule__kind"}.get(
            queryset.model, "occurrence__rule__kind"
        )
        return queryset.filter(**{path: self.value()}) if self.value() else queryset


def label(kind_name):
    """The label of a kind, or its bare name where no app has it any more."""
    return KINDS[kind_name].label if kind_name in KINDS else kind_name


def _confidential():
    """The types of thing of which a page says that only some people know."""
    types = ContentType.objects.get_for_models(*(one.model for one in CONFIDENTIAL))
    return {one.pk for one in types.values()}


def _unnamed(kind):
    return kind.unnamed or kind.withheld


def withheld(path=""):
    """What names nobody here: messages of kinds that say so, or about what is confidential."""
    kinds = [name for name, kind in KINDS.items() if _unnamed(kind)]
    return Q(**{f"{path}rule__kind__in": kinds}) | Q(**{f"{path}subject_type__in": _confidential()})


# --- rules --------------------------------------------------------------------------------------
@admin.register(ReminderRule)
class ReminderRuleAdmin(ReadOnlyAdmin):
    """When each kind of message goes out. It is changed on the page of the message."""

    for_all = "rules are about nobody"
    list_display = ("what", "when", "audience", "channel", "enabled")
    list_filter = (KindFilter, "enabled")
    search_fields = ("kind",)

    @admin.display(description="kind", ordering="kind")
    def what(self, rule):
        return label(rule.kind)


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    """The office's words. They are changed on the page of the message."""

    for_all = "words are about nobody"
    list_display = ("what", "case", "revision")
    list_filter = (KindFilter,)
    search_fields = ("kind",)

    @admin.display(description="kind", ordering="kind")
    def what(self, wording):
        return label(wording.kind)


# --- what was sent, waits, failed -----------------------------------------------------------------
@admin.register(Occurrence)
class OccurrenceAdmin(ReadOnlyAdmin):
    """What was to be said, about what, and when; of what is withheld only what could not be."""

    for_all = "what is withheld is left out below"
    list_display = (
        "id",
        "what",
        "subject_type",
        "subject_id",
        "due_at",
        "made_at",
        "was_superseded",
    )
    list_filter = (KindFilter, "subject_type", "made_at")
    search_fields = ("=subject_id", "rule__kind")
    date_hierarchy = "made_at"
    list_select_related = ("rule", "subject_type")
    exclude = ("data", "schedule_version")  # which may hold the key of a person

    def get_queryset(self, request):
        failed = Delivery.objects.filter(occurrence=OuterRef("pk"), status=Status.FAILED)
        return super().get_queryset(request).exclude(withheld() & ~Exists(failed))

    @admin.display(description="kind", ordering="rule__kind")
    def what(self, occurrence):
        return label(occurrence.rule.kind)

    @admin.display(description="replaced by a later one", boolean=True)
    def was_superseded(self, occurrence):
        return occurrence.superseded_by_id is not None


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """To whom, on which channel, and how it stands. What it said is the recipient's own.

    Of what is withheld only that somebody could not be told is here, and not who.
    """

    for_all = "what is withheld is left out below"
    list_display = (
        "id",
        "what",
        "to",
        "channel",
        "status",
        "attempts",
        "next_attempt_at",
        "sent_at",
        "error",
    )
    list_filter = ("status", "channel", KindFilter, "sent_at")
    search_fields = (
        "recipient__email",
        "recipient__full_name",
        "address",
        "=occurrence__subject_id",
    )
    list_select_related = ("occurrence__rule", "recipient")
    fields = list_display  # a digest would name its recipient
    actions = ["retry_failed"]

    def get_queryset(self, request):
        told = ~Q(status=Status.FAILED) & withheld("occurrence__")
        return super().get_queryset(request).exclude(told)

    def get_search_results(self, request, queryset, search_term):
        """A name finds nothing that does not show it."""
        found, twice = super().get_search_results(request, queryset, search_term)
        if search_term:
            found = found.exclude(withheld("occurrence__"))
        return found, twice

    @admin.display(description="kind", ordering="occurrence__rule__kind")
    def what(self, delivery):
        return label(delivery.occurrence.rule.kind)

    @admin.display(description="recipient")  # an order by name would tell it
    def to(self, delivery):
        said = delivery.occurrence
        kind = KINDS.get(said.rule.kind)
        hidden = kind is None or _unnamed(kind) or said.subject_type_id in _confidential()
        return "Not shown" if hidden else delivery.recipient or delivery.address

    def has_retry_permission(self, request):
        return request.user.has_perm("notifications.change_delivery")

    @admin.action(description="Send failed messages again", permissions=["retry"])
    def retry_failed(self, request, queryset):
        failed = list(queryset.filter(status=Status.FAILED))
        for delivery in failed:
            record("retry_delivery", delivery, by=request.user)
        retry(queryset)
        ask("apps.notifications.tasks.send")
        self.message_user(
            request, f"{len(failed)} failed messages wait to be sent again.", messages.SUCCESS
        )


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    """How people want to be told. The calendar's secret address is theirs alone."""

    for_all = "how people want to be told is no secret from administrators"
    list_display = ("user", "email", "quiet", "quiet_from", "quiet_to")
    search_fields = ("user__email", "user__full_name")
    list_select_related = ("user",)
    exclude = ("calendar_token",)


@admin.register(Postbox)
class PostboxAdmin(ReadOnlyAdmin):
    """When the mailbox was read last, and how many mails in it wait for a person."""

    for_all = "numbers, and nothing of what is in it"
    list_display = ("read_at", "waiting", "waiting_since")
