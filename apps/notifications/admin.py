"""Rules are edited here; what was sent, waits or failed is read here, and can be retried."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin
from apps.core.models import record
from apps.core.waking import ask
from apps.core.withheld import CONFIDENTIAL

from .digests import Digest
from .kinds import KINDS
from .models import Delivery, Occurrence, Postbox, Preference, ReminderRule, Status
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
        path = {ReminderRule: "kind", Occurrence: "rule__kind"}.get(
            queryset.model, "occurrence__rule__kind"
        )
        return queryset.filter(**{path: self.value()}) if self.value() else queryset


def label(kind_name):
    """The label of a kind, or its bare name where no app has it any more."""
    return KINDS[kind_name].label if kind_name in KINDS else kind_name


def _stays_on(rule):
    return rule.kind in KINDS and KINDS[rule.kind].stays_on


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


LONGEST = timedelta(days=3660)


# --- rules --------------------------------------------------------------------------------------
class RuleForm(forms.ModelForm):
    """A rule that its kind can follow."""

    kind = forms.ChoiceField()
    audience = forms.ChoiceField()

    class Meta:
        model = ReminderRule
        fields = ["kind", "offset", "audience", "channel", "enabled"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [
                (name, f"{kind.label} ({name})")
                for name, kind in sorted(KINDS.items())
                if not kind.is_event
            ]
        known = KINDS.get(self.instance.kind)  # none where no app has it any more
        kinds = [known] if known else KINDS.values()
        if "audience" in self.fields:
            audiences = {key: text for kind in kinds for key, text in kind.audiences.items()}
            self.fields["audience"].choices = sorted(audiences.items())

    def clean(self):
        said = super().clean()
        kind = KINDS.get(said.get("kind") or self.instance.kind)
        if kind and said.get("audience") and said["audience"] not in kind.audiences:
            known = ", ".join(kind.audiences.values())
            self.add_error("audience", f"This kind is for one of these: {known}.")
        if kind and kind.stays_on and said.get("channel") != ReminderRule.Reach.EMAIL:
            # The latest of several goes alone: this one would take the others from e-mail.
            self.add_error("channel", "This kind always goes by e-mail.")
        offset = said.get("offset")
        if offset is not None and abs(offset) > LONGEST:
            self.add_error("offset", f"Enter at most {LONGEST.days} days.")
        elif self._is_there_already(said):
            self.add_error("offset", "There is a rule like this already.")
        return said

    def _is_there_already(self, said):
        """Also where Django would not compare, since the kind cannot be changed."""
        names = ("kind", "offset", "audience", "channel")
        rule = {name: said.get(name, getattr(self.instance, name)) for name in names}
        return ReminderRule.objects.filter(**rule).exclude(pk=self.instance.pk).exists()


@admin.register(ReminderRule)
class ReminderRuleAdmin(AuditedAdmin):
    """When each kind of message goes out. A rule is switched off, never deleted."""

    for_all = "rules are about nobody"
    form = RuleForm
    list_display = ("what", "when", "audience", "channel", "enabled")
    list_filter = (KindFilter, "enabled")
    search_fields = ("kind",)

    @admin.display(description="kind", ordering="kind")
    def what(self, rule):
        return label(rule.kind)

    def get_readonly_fields(self, request, rule=None):
        if rule is None:
            return ()
        # An event goes out when it happens: there is nothing to be before.
        is_event = rule.kind not in KINDS or KINDS[rule.kind].is_event
        return ("kind", "offset", "audience") if is_event else ("kind",)

    def has_change_permission(self, request, obj=None):
        # Without its rule a digest would keep what people are waiting for; what somebody must not
        # miss, and is told that they do not, comes whatever an administrator would like.
        if obj is not None and (obj.kind == Digest.name or _stays_on(obj)):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False


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
