"""What groups were told, in Django admin: to look up, for those who read it on the site.

Who is asked, what they answer and exact numbers have no page here.
"""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.batch import Batch


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("group", "heard_on", "state", "told_by")
    list_filter = ("state",)
    date_hierarchy = "heard_on"
    list_select_related = ("group", "told_by", "item__meeting")
