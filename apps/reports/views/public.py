"""The figures that everybody reads, and the lists by which they do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, TemplateView

from apps.core.late import TakesAway
from apps.core.views import PAGE, PageFormView, VisibleMixin
from apps.insight.figures import Standard
from apps.insight.views import table_file

from .. import taking
from ..forms import PublicFiguresForm, TakeOffForm
from ..models.public import PublicFigures
from ..roles import may_begin, prepares_reports, the_steering_group_for

MAX_AGE = 300  # seconds for which anybody may keep the page: one taken off is gone soon


class FiguresMixin:
    """What stands on the page now: nothing, where nothing was decided or counted."""

    @cached_property
    def held(self):
        return PublicFigures.objects.in_force().first()

    @cached_property
    def as_of(self):
        return taking.counted() if self.held and self.held.shown else None

    @property
    def period(self):
        return taking.finished(self.as_of)

    @property
    def made(self):
        if self.as_of is None:
            return []
        return taking.kept_tables(self.period, tuple(self.held.shown), self.as_of)

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            patch_cache_control(response, public=True, max_age=MAX_AGE)
            patch_vary_headers(response, ["Cookie"])
        return response


@method_decorator(login_not_required, name="dispatch")
class PublicPage(FiguresMixin, TemplateView):
    template_name = "reports/figures.html"

    def get_context_data(self, **kwargs):
        made = self.made
        found = [(one, [table for table in made if table.standard == one]) for one in Standard]
        return super().get_context_data(
            parts=[(standard, tables) for standard, tables in found if tables],
            links=[(table.key, table.title) for _, tables in found for table in tables],
            period=self.period if made else None,
            as_of=self.as_of,
            decided_at=self.held and self.held.in_force_at,
            taken_off=self.held and not self.held.shown,
            here=self.request.path,
            query="",
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class PublicFile(FiguresMixin, TemplateView):
    def get(self, request, *args, **kwargs):
        found = next((one for one in self.made if one.key == kwargs["figure"]), None)
        if found is None:
            raise Http404
        return table_file(found, f"co-production-{found.key}", kwargs["kind"])


# --- lists ----------------------------------------------------------------------------------------
class Lists(VisibleMixin, ListView):
    """Every list that was proposed."""

    template_name = "reports/figures_lists.html"
    queryset = PublicFigures.objects.all()
    paginate_by = PAGE

    def dispatch(self, request, *args, **kwargs):
        if not prepares_reports(request.user) and not self.get_queryset().exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user = self.request.user
        proposed = PublicFigures.objects.proposed().filter(group=the_steering_group_for(user))
        return super().get_context_data(
            may_propose=may_begin(user) and not proposed.exists(), **kwargs
        )


class ListDetail(VisibleMixin, DetailView):
    template_name = "reports/figures_list.html"
    queryset = PublicFigures.objects.select_related("group")
    slug_field = slug_url_kwarg = "number"
    context_object_name = "figures"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            moves=self.object.moves_for(user),
            way=self.object.way_to_a_decision(user),
            may_take_off=self.object.may(user, "take_off"),
            **kwargs,
        )


class Propose(PageFormView):
    """Propose which figures everybody is to read."""

    form_class = PublicFiguresForm
    page_title = "Propose the figures for everybody"
    intro = (
        "A meeting of the steering group decides on the list. Until then the list before it stands."
    )
    button = "Propose the list"
    done_message = "Proposed. Put it on the agenda of a meeting."

    def dispatch(self, request, *args, **kwargs):
        if not may_begin(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        held = PublicFigures.objects.in_force().first()
        return {"keys": held.shown if held else []}

    def save(self, form):
        self.object = PublicFigures.propose(form.cleaned_data["keys"], by=self.request.user)

    def get_success_url(self):
        return self.object.get_absolute_url()


class TakeOff(TakesAway, PageFormView):
    """Take one figure off the public page at once."""

    form_class = TakeOffForm
    button = "Take it off"
    intro = "It goes at once. To put it back takes a decision of a meeting."

    @cached_property
    def figures(self):
        rows = PublicFigures.objects.visible_to(self.request.user).select_related("group")
        return get_object_or_404(rows, number=self.kwargs["number"])

    def dispatch(self, request, *args, **kwargs):
        if not self.figures.permits(request.user, "take_off"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def title(self):
        every = taking.titles()
        if self.kwargs["key"] not in every or self.kwargs["key"] not in self.figures.keys:
            raise Http404
        return every[self.kwargs["key"]]

    def get_page_title(self):
        return f"Take “{self.title}” off the public page"

    def save(self, form):
        note = form.cleaned_data["note"]
        self.figures.take_off(self.kwargs["key"], by=self.request.user, note=note)
        messages.success(self.request, "It is off the public page.")
        return redirect(self.figures)
