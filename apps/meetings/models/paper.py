"""Papers for a meeting."""

from django.conf import settings
from django.db import models

from apps.core.lines import Line
from apps.core.uploads import Upload

from .meeting import Meeting


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Paper(Upload):
    """A file for a meeting, read by those who may see the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    title = Line(max_length=150)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="papers"
    )

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.title
