"""The programme board: one page to project in a meeting, to print, and as a spreadsheet."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import cached_property
from django.views.generic import ListView

from apps.core import clock
from apps.core.converters import number_of
from apps.core.exports import csv_response
from apps.groups.models import WorkingGroup
from apps.taskgroups.models.stage import Stage

from .. import board
from ..roles import in_steering

PAGE = 25
CHUNK = 500  # rows of the board that a file reads at a time
HEADER = [
    "Stage",
    "Task group",
    "Output",
    "State",
    "Asked for by",
    "Late",
    "Who has it",
    "Next meeting",
    "Voices missing",
]


class ProgrammeBoard(ListView):
    """For the steering group and the programme office; narrowed to one stage when asked."""

    template_name = "steering/board.html"
    paginate_by = PAGE

    def dispatch(self, request, *args, **kwargs):
        if not in_steering(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def stages(self):
        return {stage.pk: stage for stage in Stage.objects.all()}

    @cached_property
    def stage(self):
        chosen = self.request.GET.get("stage", "")
        if chosen.isdecimal() and number_of(chosen) not in self.stages:
            raise Http404
        return self.stages.get(number_of(chosen))

    @cached_property
    def places(self):
        return board.places()

    def get_queryset(self):
        """Pairs of a stage and a group: a few hundred at most, so they are read once."""
        return [place for place in self.places if self.stage is None or place[0] == self.stage.pk]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        groups = {group for _, group in context["object_list"]}
        seen = WorkingGroup.objects.visible_to(self.request.user).filter(pk__in=groups)
        return context | {
            "rows": board.rows(context["object_list"], self.places, self.stages),
            "seen": set(seen.values_list("pk", flat=True)),
            "stages": self.stages.values(),
            "stage": self.stage,
            "now": clock.now(),
        }


def board_csv(request):
    """The whole board, streamed."""
    if not in_steering(request.user):
        raise PermissionDenied
    places = board.places()
    stages = Stage.objects.in_bulk()
    pages = (places[start : start + CHUNK] for start in range(0, len(places), CHUNK))
    lines = (line for page in pages for line in board.table(page, places, stages))
    return csv_response("board.csv", HEADER, lines)
