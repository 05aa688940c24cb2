"""The stages of the programme: everybody in it reads them, the programme office lays them out."""

from django.db import transaction
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView

from apps.core.exceptions import NotYet
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.nhs import Form
from apps.core.views import PageFormView, PermissionMixin, VisibleMixin

from ..forms import StageForm
from ..models.output import Output
from ..models.stage import Stage, compositions

PAGE = 25


class StageList(VisibleMixin, ListView):
    """The stages in their order, with the task groups of each."""

    queryset = Stage.objects.prefetch_related("groups")
    template_name = "taskgroups/stages.html"
    paginate_by = PAGE

    def get_context_data(self, **kwargs):
        may_manage = self.request.user.has_perm("taskgroups.manage_stage")
        return super().get_context_data(may_manage=may_manage, **kwargs)


class StageDetail(VisibleMixin, DetailView):
    """One stage: its aim, its task groups with their voices, and what they have made."""

    queryset = Stage.objects.all()
    template_name = "taskgroups/stage.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        groups = list(self.object.groups.all())
        voices = compositions(groups)
        visible = Output.objects.visible_to(user).filter(stage=self.object)
        counts = {
            row["group"]: row
            for row in visible.order_by()
            .values("group")
            .annotate(made=Count("pk"), accepted=Count("pk", filter=Q(state__in=Output.PUBLIC)))
        }
        rows = [(group, voices[group.pk], counts.get(group.pk)) for group in groups]
        return super().get_context_data(
            rows=rows,
            outputs=visible.select_related("group").order_by(F("due").asc(nulls_last=True), "pk")[
                :PAGE
            ],
            may_manage=user.has_perm("taskgroups.manage_stage"),
            **kwargs,
        )


class StageMixin(PermissionMixin):
    """A page on which the programme office lays out a stage."""

    perm = "taskgroups.manage_stage"
    form_class = StageForm

    @cached_property
    def stage(self):
        return get_object_or_404(Stage.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_scope(self):
        return self.stage

    def get_success_url(self):
        return self.stage.get_absolute_url()


class StageAdd(StageMixin, PageFormView):
    """A new stage."""

    page_title = "Add a stage"
    button = "Add the stage"
    done_message = "The stage is added."

    def get_scope(self):
        return None

    def get_initial(self):
        return {"order": Stage.objects.count() + 1}

    @transaction.atomic
    def save(self, form):
        self.stage = form.save()
        record("add", self.stage, by=self.request.user)


class StageChange(StageMixin, PageFormView):
    """Change a stage and which task groups do its work."""

    page_title = "Change the stage"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.stage}

    @transaction.atomic
    def save(self, form):
        form.save()
        record("change", self.stage, by=self.request.user, note=", ".join(form.changed_data))


class StageRemove(TakesAway, StageMixin, PageFormView):
    """Take away a stage that holds no output."""

    form_class = Form
    page_title = "Remove the stage"
    intro = "The task groups stay. Only the stage goes."
    button = "Remove it"
    done_message = "The stage is removed."

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.stage.name, **kwargs)

    def get_success_url(self):
        return reverse("stages")

    @transaction.atomic
    def save(self, form):
        if self.stage.outputs.exists():
            raise NotYet("This stage has outputs. Give them to another stage first.")
        record("remove", self.stage, by=self.request.user, note=self.stage.name)
        self.stage.delete()
