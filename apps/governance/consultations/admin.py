"""Consultations in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.consultation import Consultation, Extension, Question, Section


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    list_display = ("title", "group", "state", "audience", "naming", "closes_at")
    list_filter = ("state", "audience", "naming")
    search_fields = ("title",)
    list_select_related = ("group",)


@admin.register(Section)
class SectionAdmin(ReadOnlyAdmin):
    within = "consultation"
    list_display = ("title", "consultation", "order")
    search_fields = ("title", "consultation__title")
    list_select_related = ("consultation",)


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    within = "consultation"
    list_display = ("text", "consultation", "kind", "order")
    list_filter = ("kind",)
    search_fields = ("text", "consultation__title")
    list_select_related = ("consultation",)


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    within = "consultation"
    list_display = ("consultation", "was", "until", "by", "at")
    search_fields = ("consultation__title",)
    list_select_related = ("consultation", "by")
