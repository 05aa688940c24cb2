"""Declarations of interest: one's own, those that a meeting's chair reads, the public register."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import ListView

from apps.core import clock
from apps.core.exceptions import Already, NotYet
from apps.core.models import record
from apps.core.views import Confidential, PageFormView, PermissionMixin, Recorded
from apps.meetings.models.meeting import Meeting

from .forms import DeclaredInterestForm, DeclareInterestForm, SearchForm
from .models import Declaration, DeclaredInterest, asked_to_declare, notice, overdue, with_dates

PAGE = 25


# --- one's own ----------------------------------------------------------------------------------
class OwnInterests(PageFormView):
    """What I have declared, and the button that says it is all."""

    template_name = "governance/interests/mine.html"
    form_class = DeclareInterestForm
    page_title = "Your interests"
    button = "Declare"
    success_url = reverse_lazy("my_interests")

    @cached_property
    def mine(self):
        return list(DeclaredInterest.objects.current().filter(user=self.request.user))

    def get_initial(self):
        return {"seen": ",".join(str(one.pk) for one in self.mine)}

    def get_context_data(self, **kwargs):
        user = self.request.user
        last = Declaration.objects.filter(user=user).first()
        return super().get_context_data(
            interests=self.mine,
            last=last,
            is_due=not last or last.ends <= clock.now() + notice(),
            is_asked=asked_to_declare().filter(pk=user.pk).exists(),
            **kwargs,
        )

    def save(self, form):
        try:
            made = Declaration.make(self.request.user, seen=form.cleaned_data["seen"])
        except NotYet:
            # What comes back shows the list as it is now, and that is what is declared next.
            form.data = form.data | {"seen": self.get_initial()["seen"]}
            raise
        messages.success(
            self.request,
            f"Thank you. That is declared until {clock.date_of(made.ends):%-d %B %Y}.",
        )


class InterestAdd(PageFormView):
    """One more."""

    form_class = DeclaredInterestForm
    page_title = "Add an interest"
    button = "Add"
    success_url = reverse_lazy("my_interests")
    done_message = "Added. When your list is complete, declare it."

    def save(self, form):
        DeclaredInterest.add(self.request.user, **form.cleaned_data)


class OwnInterest(PageFormView):
    """A page about one interest of the reader's own; anybody else's does not exist."""

    success_url = reverse_lazy("my_interests")

    @cached_property
    def interest(self):
        mine = DeclaredInterest.objects.filter(user=self.request.user)
        over = mine.filter(pk=self.kwargs["pk"], ended_at__isnull=False)
        if "end" in self.request.POST and over.exists():
            words = "You took this off your list already."
            raise Already(words, mine=True, led_to=str(self.success_url))
        return get_object_or_404(mine.current(), pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        _ = self.interest
        return super().dispatch(request, *args, **kwargs)


class InterestChange(OwnInterest):
    """Correct the words, who may read it, or say that it is over."""

    form_class = DeclaredInterestForm
    template_name = "governance/interests/change.html"
    page_title = "Change an interest"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.interest}

    def post(self, request, *args, **kwargs):
        if "end" in request.POST:
            self.interest.end(by=request.user)
            messages.success(request, "Taken off your list.")
            return redirect("my_interests")
        return super().post(request, *args, **kwargs)

    def save(self, form):
        self.interest.change(by=self.request.user, **form.cleaned_data)


# --- those who chair ----------------------------------------------------------------------------
class MeetingInterests(PermissionMixin, Confidential, Recorded, ListView):
    """What the people asked to a meeting declared, for those who chair it. Each look is audited."""

    perm = "groups.plan_meeting"
    template_name = "governance/interests/of_meeting.html"
    paginate_by = PAGE

    @cached_property
    def meeting(self):
        meetings = Meeting.objects.visible_to(self.request.user).select_related("group")
        return get_object_or_404(meetings, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.meeting.group

    def note_reading(self):
        record("read_interests", self.meeting, by=self.request.user)

    def get_queryset(self):
        invited = self.meeting.invited().order_by().values("pk")
        return (
            DeclaredInterest.objects.current()
            .filter(user__in=invited)
            .select_related("user")
            .order_by("user__full_name", "user", "pk")
        )

    def get_context_data(self, **kwargs):
        invited = self.meeting.invited().order_by().values("pk")
        return super().get_context_data(
            meeting=self.meeting,
            silent=overdue().filter(pk__in=invited).order_by("full_name")[:PAGE],
            **kwargs,
        )


# --- everybody ----------------------------------------------------------------------------------
@method_decorator(login_not_required, name="dispatch")
class InterestRegister(ListView):
    """What people agreed that everybody may read, by name."""

    template_name = "governance/interests/register.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return SearchForm(self.request.GET or None)

    def get_queryset(self):
        found = DeclaredInterest.objects.public().select_related("user")
        if self.form.is_bound and self.form.is_valid() and self.form.cleaned_data["q"]:
            found = found.filter(user__full_name__icontains=self.form.cleaned_data["q"].strip())
        return found.order_by("user__full_name", "user", "pk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(search=self.form, **kwargs)


class InterestsDue(ListView):
    """Who takes part in decisions and has no declaration that holds: for the programme office."""

    template_name = "governance/interests/due.html"
    paginate_by = PAGE

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("governance.view_declarations"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return with_dates(overdue()).order_by("full_name", "pk")
