"""Vacancies in Django admin: to look things up. What happens, happens on the site alone.

Nothing that a candidate wrote is shown here, and no name: whoever may read applications reads them
on the site, where each look is recorded.
"""

from django.contrib import admin

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin

from .models.advice import Advice, Edit
from .models.approval import Approval, Deputy
from .models.panel import PanelMember
from .models.pay import PayScale
from .models.readiness import Readiness
from .models.template import VacancyTemplate
from .models.vacancy import Criterion, Vacancy
from .models.visit import Visit


@admin.register(Vacancy)
class VacancyAdmin(ReadOnlyAdmin):
    list_display = ("reference", "title", "team", "state", "closes_at")
    list_filter = ("state", "band")
    search_fields = ("reference", "title", "team")


@admin.register(Criterion)
class CriterionAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("text", "vacancy", "weight", "stage")
    list_filter = ("weight", "stage")
    search_fields = ("text", "vacancy__reference")
    list_select_related = ("vacancy",)


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "office", "authoriser", "answer", "answered_at")
    list_filter = ("office", "answer")
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy", "authoriser")


@admin.register(Deputy)
class DeputyAdmin(ReadOnlyAdmin):
    within = "step__vacancy"
    list_display = ("step", "user", "from_on", "until_on", "ended_at")
    search_fields = ("step__vacancy__reference",)
    list_select_related = ("step", "user")


@admin.register(PanelMember)
class PanelMemberAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("user", "vacancy", "role", "added_at", "removed_at")
    list_filter = ("role",)
    search_fields = ("vacancy__reference", "user__full_name")
    list_select_related = ("vacancy", "user")


@admin.register(Readiness)
class ReadinessAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "key", "manager_at", "peer_lead_at")
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy",)


@admin.register(Edit)
class EditAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "field", "by", "at")
    list_filter = ("field",)
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy", "by")


@admin.register(Advice)
class AdviceAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "about", "side", "answer", "recorded_at")
    list_filter = ("about", "side", "answer")
    search_fields = ("vacancy__reference", "text")
    list_select_related = ("vacancy",)


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "starts_at", "place", "places", "cancelled_at")
    search_fields = ("vacancy__reference", "place")
    list_select_related = ("vacancy",)


@admin.register(PayScale)
class PayScaleAdmin(AuditedAdmin):
    """New scales are added here when they are agreed, with where the figures come from."""

    for_all = "what bands pay is published"
    list_display = ("band", "effective_from", "lowest", "highest", "source")
    list_filter = ("band",)
    search_fields = ("source",)


@admin.register(VacancyTemplate)
class VacancyTemplateAdmin(ReadOnlyAdmin):
    for_all = "it is of no vacancy"
    list_display = ("name", "made_at")
    search_fields = ("name",)
