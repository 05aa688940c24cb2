"""The network in Django admin: to look things up. What happens, happens on the site alone.

What the two of a pair write to each other, and what they ask for help with, has no page here.
"""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from . import involvement_admin  # noqa: F401 - registers its pages
from .models import (
    HelpContact,
    Interest,
    Letter,
    Pair,
    Post,
    PostReport,
    Practice,
    PracticeName,
    PracticeShare,
    Welcomed,
)


@admin.register(Interest)
class InterestAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "wish", "state", "created_at", "settled_at")
    list_filter = ("state", "wish")
    search_fields = ("full_name", "email")
    date_hierarchy = "created_at"


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Whether an answer to an enquirer went out."""

    list_display = ("interest", "kind", "created_at", "sent_at")
    list_filter = ("kind",)
    list_select_related = ("interest",)


@admin.register(Welcomed)
class WelcomedAdmin(ReadOnlyAdmin):
    list_display = ("user", "at")
    search_fields = ("user__full_name",)
    list_select_related = ("user",)


@admin.register(Pair)
class PairAdmin(ReadOnlyAdmin):
    """That a pair exists and how it stands; nothing of what the two write."""

    list_display = ("peer", "sponsor", "about", "state", "begun_on", "ended_at")
    list_filter = ("state", "every")
    search_fields = ("peer__full_name", "sponsor__full_name", "about")
    list_select_related = ("peer", "sponsor")


@admin.register(HelpContact)
class HelpContactAdmin(ReadOnlyAdmin):
    list_display = ("user", "named_by", "since")
    search_fields = ("user__full_name",)
    list_select_related = ("user", "named_by")


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "borough", "service", "state", "public_since")
    list_filter = ("state", "kind", "borough")
    search_fields = ("title", "service", "owner__full_name")


@admin.register(PracticeName)
class PracticeNameAdmin(ReadOnlyAdmin):
    """Who agreed to be named, and how widely."""

    list_display = ("practice", "part", "state", "level", "paper_on", "asked_at")
    list_filter = ("state", "level", "part")
    search_fields = ("practice__title", "user__full_name")
    list_select_related = ("practice",)


@admin.register(PracticeShare)
class PracticeShareAdmin(ReadOnlyAdmin):
    list_display = ("practice", "item", "by", "at")
    search_fields = ("practice__title",)
    list_select_related = ("practice", "item", "by")


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("author", "title", "state", "created_at", "edited_at")
    list_filter = ("state",)
    search_fields = ("title", "author__full_name")
    date_hierarchy = "created_at"
    list_select_related = ("author",)


@admin.register(PostReport)
class PostReportAdmin(ReadOnlyAdmin):
    list_display = ("post", "reporter", "state", "created_at")
    list_filter = ("state",)
    list_select_related = ("post", "reporter")
