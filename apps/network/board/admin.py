"""The noticeboard in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Post, PostReport


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
