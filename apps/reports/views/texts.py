"""*Principles* and *purpose* of a group: reading, writing, comparing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from apps.core.differences import differences
from apps.core.views import PermissionMixin, VisibleMixin
from apps.groups.models import WorkingGroup

from ..forms import SharedTextForm
from ..models.text import SharedText
from .writing import VersionsView, WriteView


class TextMixin:
    """One version of a text, found by its address."""

    @cached_property
    def text(self):
        rows = SharedText.objects.visible_to(self.request.user).select_related("group")
        return get_object_or_404(
            rows,
            group__slug=self.kwargs["slug"],
            kind=self.kwargs["kind"],
            number=self.kwargs["number"],
        )


class TextDetail(TextMixin, VisibleMixin, DetailView):
    template_name = "reports/text.html"
    context_object_name = "text"

    def get_object(self):
        return self.text

    def get_context_data(self, **kwargs):
        text, user = self.text, self.request.user
        versions = list(text.others().visible_to(user).select_related("group"))
        held = next((one for one in versions if one.holds), None)
        pieces = differences(held.body, text.body) if held and text.is_draft else []
        return super().get_context_data(
            versions=versions,
            held=held,
            pieces=pieces if len(pieces) > 1 else [],
            moves=text.moves_for(user),
            may_write=text.may(user, "write"),
            reads_saves=user.has_perm("groups.lead_workinggroup", text.group),
            may_begin=SharedText.may_begin(user, text.group, text.kind),
            **kwargs,
        )


@require_POST
def begin_text(request, slug, kind):
    """Begin the next version of a text."""
    group = get_object_or_404(WorkingGroup.objects.visible_to(request.user), slug=slug)
    if kind not in SharedText.Kind.values:
        raise Http404
    text = SharedText.begin(group, kind, by=request.user)
    messages.success(request, "A new version has begun.")
    return redirect(text.edit_url)


class WriteText(PermissionMixin, TextMixin, WriteView):
    perm = "groups.lead_workinggroup"
    form_class = SharedTextForm
    free_writing = True

    def get_scope(self):
        return self.text.group

    @property
    def thing(self):
        return self.text

    def get_context_data(self, **kwargs):
        return super().get_context_data(what="text", question=self.text.question, **kwargs)


class TextVersions(PermissionMixin, TextMixin, VersionsView):
    perm = "groups.lead_workinggroup"

    def get_scope(self):
        return self.text.group

    @property
    def thing(self):
        return self.text
