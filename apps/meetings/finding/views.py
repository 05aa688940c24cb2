"""Pages of a time that is looked for."""

from copy import copy

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView

from apps.accounts.models.people import User
from apps.core.views import PageFormView, PermissionMixin, VisibleMixin, history
from apps.groups.models import WorkingGroup

from .forms import ChooseForm, ProposeForm, SuitsForm
from .links import read_times_token
from .models import NO_QUORUM, Finding, TimeAnswer
from .tally import SILENT


class ProposeTimes(PermissionMixin, PageFormView):
    """Ask a group which of several times suit."""

    perm = "groups.plan_meeting"
    form_class = ProposeForm
    template_name = "meetings/finding/propose.html"
    page_title = "Find a time"
    button = "Ask which times suit"
    intro = "Propose 3 to 10 times. Everybody in the group is asked which of them suit."

    @cached_property
    def group(self):
        groups = WorkingGroup.objects.visible_to(self.request.user)
        return get_object_or_404(groups, slug=self.kwargs["slug"])

    def get_scope(self):
        return self.group

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"group": self.group}

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.group.name, group=self.group, **kwargs)

    def get_success_url(self):
        return self.object.get_absolute_url()

    def save(self, form):
        times = form.cleaned_data["times"]
        self.object = Finding.propose(self.group, times, by=self.request.user, **form.values())
        self.done_message = "Everybody in the group is asked. Say as well which times suit you."


class FindingDetail(VisibleMixin, DetailView):
    """The times, how many of each side could come, and for who plans who said what."""

    queryset = Finding.objects.select_related("group", "chosen", "meeting", "created_by")
    template_name = "meetings/finding/detail.html"
    context_object_name = "finding"

    def get_context_data(self, **kwargs):
        user, finding = self.request.user, self.object
        plans = user.has_perm("groups.plan_meeting", finding.group)
        tally, may_choose = finding.tally(), finding.may(user, "choose")
        asked = {one.pk for people in tally[0].answers.values() for one in people}
        is_asked, meeting = user.pk in asked, finding.meeting
        shows_meeting = meeting is not None and (meeting.published_at is not None or plans)
        mine = {one.time_id: one for one in TimeAnswer.objects.of(finding).filter(user=user)}
        for one in tally:
            said = mine.get(one.time.pk)
            one.mine = said.get_suits_display() if said else ""
        dropped = history(finding).filter(action="drop").first() if finding.is_dropped else None
        return super().get_context_data(
            tally=tally,
            answered=len(asked) - len(tally[0].answers[SILENT]),
            asked=len(asked),
            is_asked=is_asked,
            has_answered=bool(mine),
            shows_time=is_asked or shows_meeting,  # a draft is for the group and who plans
            shows_meeting=shows_meeting,
            may_answer=finding.may(user, "answer"),
            may_choose=may_choose,
            why=dropped.note if dropped else "",
            none_left=may_choose and not any(one.can_be_chosen for one in tally),
            sees_names=plans,
            moves=finding.moves_for(user),
            **kwargs,
        )


# --- answering ------------------------------------------------------------------------------------
class Answering(PageFormView):
    """Say which times suit; ``find`` gives what is asked, and whom."""

    form_class = SuitsForm
    template_name = "meetings/finding/answer.html"
    page_title = "Which times suit you?"
    button = "Send my answers"
    by_link = False

    def find(self):
        raise NotImplementedError

    @cached_property
    def asked(self):
        return self.find()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"times": list(self.asked[0].times.all())}

    def get_context_data(self, **kwargs):
        finding, user = self.asked
        closed = not finding.may(user, "answer")
        return super().get_context_data(
            finding=finding, closed=closed, by_link=self.by_link, caption=finding.title, **kwargs
        )


class AnswerTimes(Answering):
    """For somebody who signed in; 403 for whoever sees the group and is not asked."""

    done_message = "Thank you. Your answers are saved. You can change them until the last day."

    def find(self):
        seen = Finding.objects.visible_to(self.request.user).select_related("group")
        finding = get_object_or_404(seen, pk=self.kwargs["pk"])
        if not finding.asked().filter(pk=self.request.user.pk).exists():
            raise PermissionDenied
        return finding, self.request.user

    def get_form_kwargs(self):
        """With what they said before; not by a link, which may be passed on."""
        finding, user = self.asked
        answers = TimeAnswer.objects.of(finding).filter(user=user)
        return super().get_form_kwargs() | {"said": dict(answers.values_list("time", "suits"))}

    def get_success_url(self):
        return self.asked[0].get_absolute_url()

    def save(self, form):
        finding, user = self.asked
        finding.answer(user, form.answers())


@method_decorator([login_not_required, never_cache], name="dispatch")
class AnswerTimesByLink(Answering):
    """From the link in a message, without signing in. Opening it changes nothing: programs that
    scan mail open links too. One press does."""

    by_link = True

    def find(self):
        try:
            finding, user = read_times_token(self.kwargs["token"])
        except (BadSignature, ValueError, TypeError):
            raise Http404 from None
        user = get_object_or_404(User.objects.active(), pk=user)
        finding = get_object_or_404(Finding.objects.select_related("group"), pk=finding)
        # Whoever left the group since is asked nothing more, by a link neither.
        return finding, get_object_or_404(finding.asked(), pk=user.pk)

    def save(self, form):
        finding, user = self.asked
        finding.answer(user, form.answers())
        return render(self.request, "meetings/finding/answered.html", {"finding": finding})


# --- choosing -------------------------------------------------------------------------------------
class ChooseTime(PermissionMixin, PageFormView):
    """Make one of the times the meeting."""

    perm = "groups.plan_meeting"
    form_class = ChooseForm
    template_name = "meetings/finding/choose.html"
    page_title = "Make this the meeting"
    button = "Make this the meeting"

    @cached_property
    def finding(self):
        seen = Finding.objects.visible_to(self.request.user).select_related("group")
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    @cached_property
    def tally(self):
        """What the answers say of this time."""
        for one in self.finding.tally():
            if one.time.pk == self.kwargs["time"]:
                return one
        raise Http404

    def get_scope(self):
        return self.finding.group

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"quorate": self.tally.is_quorate}

    def form_invalid(self, form):
        """As it stands now: answers can have come in since the first count of this press."""
        for name in ("finding", "tally"):
            self.__dict__.pop(name, None)
        anew = self.get_form()
        if anew.is_valid():
            for error in form.non_field_errors():
                anew.add_error(None, error)
        return super().form_invalid(anew)

    def get_context_data(self, **kwargs):
        would_be = copy(self.finding)
        would_be.chosen = self.tally.time
        missing = would_be.missing("choose", self.request.user)
        return super().get_context_data(
            finding=self.finding,
            tally=self.tally,
            missing=missing,
            warning=NO_QUORUM,
            is_open=self.finding.open_to("choose") and not missing,
            caption=self.finding.title,
            **kwargs,
        )

    def get_success_url(self):
        return self.meeting.get_absolute_url()

    def save(self, form):
        self.meeting = self.finding.choose(
            self.tally.time,
            by=self.request.user,
            knowingly=form.cleaned_data.get("knowingly", False),
        )
        self.done_message = (
            "The meeting is published. Everybody is told."
            if self.meeting.is_published
            else "The meeting is saved as a draft. Say where it is, and publish it."
        )
