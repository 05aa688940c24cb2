"""Rules are edited here; what was sent, waits or failed is read here, and can be retried."""

from django import forms
from django.contrib import admin, messages

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin
from apps.core.models import record
from apps.core.waking import ask

from .digests import Digest
from .kinds import KINDS
from .models import Delivery, Occurrence, Preference, ReminderRule, Status
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
        kinds = [KINDS[self.instance.kind]] if self.instance.pk else KINDS.values()
        if "audience" in self.fields:
            audiences = {key: text for kind in kinds for key, text in kind.audiences.items()}
            self.fields["audience"].choices = sorted(audiences.items())

    def clean(self):
        said = super().clean()
        kind = KINDS.get(said.get("kind") or self.instance.kind)
        if kind and said.get("audience") and said["audience"] not in kind.audiences:
            known = ", ".join(kind.audiences.values())
            self.add_error("audience", f"This kind is for one of these: {known}.")
        return said


@admin.register(ReminderRule)
class ReminderRuleAdmin(AuditedAdmin):
    """When each kind of message goes out. A rule is switched off, never deleted."""

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
        # Without its rule a digest would keep what people are waiting for.
        if obj is not None and obj.kind == Digest.name:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False


# --- what was sent, waits, failed -----------------------------------------------------------------
@admin.register(Occurrence)
class OccurrenceAdmin(ReadOnlyAdmin):
    """What was to be said, about what, and when."""

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

    @admin.display(description="kind", ordering="rule__kind")
    def what(self, occurrence):
        return label(occurrence.rule.kind)

    @admin.display(description="replaced by a later one", boolean=True)
    def was_superseded(self, occurrence):
        return occurrence.superseded_by_id is not None


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """To whom, on which channel, and how it stands. What it said is the recipient's own."""

    list_display = (
        "id",
        "what",
        "recipient",
        "channel",
        "status",
        "attempts",
        "next_attempt_at",
        "sent_at",
        "error",
    )
    list_filter = ("status", "channel", KindFilter, "sent_at")
    search_fields = ("recipient__email", "recipient__full_name", "=occurrence__subject_id")
    list_select_related = ("occurrence__rule", "recipient")
    exclude = ("title", "text", "url", "action")
    actions = ["retry_failed"]

    @admin.display(description="kind", ordering="occurrence__rule__kind")
    def what(self, delivery):
        return label(delivery.occurrence.rule.kind)

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

    list_display = ("user", "email", "quiet", "quiet_from", "quiet_to")
    search_fields = ("user__email", "user__full_name")
    list_select_related = ("user",)
    exclude = ("calendar_token",)
