"""Pages around meetings. Who may and when is decided by the models; these only show and ask."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, View

from apps.accounts.models.people import User
from apps.core.exceptions import StaleEdit
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.nhs import Form
from apps.core.pdf import pdf_response
from apps.core.sections import sections_of
from apps.core.views import (
    PageFormView,
    PermissionMixin,
    VisibleMixin,
    half_done,
)
from apps.groups.models import PeerWorkers, WorkingGroup
from apps.notifications.calendar import as_file

from . import events
from .calendar import entry
from .decided import kind_of, named, seen_by
from .forms import (
    ActionForm,
    AgendaItemForm,
    ApproveMinutesForm,
    ChangeMeetingForm,
    DecisionForm,
    LinkedForm,
    MeetingAttendanceForm,
    MeetingPaperForm,
    MeetingReplyForm,
    MinutesForm,
    PlanMeetingForm,
    SettleForm,
)
from .links import read_reply_token
from .models.agenda import AgendaItem
from .models.meeting import Meeting, MeetingSeries
from .models.minutes import Minutes, outline, settled_by
from .models.outcome import Action, Decision
from .models.paper import Paper
from .models.people import Attendance, SupportRequest
from .support_views import ArrangeSupport, AskForSupport, SupportToArrange

PAGE = 25


# --- pieces -----------------------------------------------------------------------------------
class MeetingMixin(PermissionMixin):
    """A page about one meeting that the person may see; permission is asked of its group."""

    caption = True

    @cached_property
    def meeting(self):
        meetings = Meeting.objects.visible_to(self.request.user).select_related("group", "parent")
        return get_object_or_404(meetings, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.meeting.group

    def get_success_url(self):
        return self.meeting.get_absolute_url()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"meeting": self.meeting}

    def get_context_data(self, **kwargs):
        return super().get_context_data(meeting=self.meeting, caption=self.meeting.title, **kwargs)


class InvitedMixin(MeetingMixin):
    """A page for somebody who is asked to the meeting; others are told 403."""

    def is_let_in(self):
        return self.meeting.invited().filter(pk=self.request.user.pk).exists()

    def dispatch(self, request, *args, **kwargs):
        if not self.is_let_in():
            raise PermissionDenied
        return super(PermissionMixin, self).dispatch(request, *args, **kwargs)


# --- meetings -----------------------------------------------------------------------------------
class MeetingList(ListView):
    """My meetings: what is coming, or what has been."""

    template_name = "meetings/list.html"
    paginate_by = PAGE

    @cached_property
    def past(self):
        return self.request.GET.get("show") == "past"

    @cached_property
    def group(self):
        """Only one group's meetings, when asked for."""
        slug = self.request.GET.get("group")
        if not slug:
            return None
        return get_object_or_404(WorkingGroup.objects.visible_to(self.request.user), slug=slug)

    def get_queryset(self):
        user = self.request.user
        if self.group:
            meetings = Meeting.objects.visible_to(user).filter(group=self.group)
        else:
            meetings = Meeting.objects.inviting(user)
        done = [Meeting.State.HELD, Meeting.State.MINUTED, Meeting.State.CANCELLED]
        if self.past:
            meetings = meetings.filter(state__in=done).order_by("-starts_at")
        else:
            meetings = meetings.exclude(state__in=done).order_by("starts_at")
        return meetings.select_related("group")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(past=self.past, group=self.group, **kwargs)
        replies = dict(
            Attendance.objects.filter(
                user=self.request.user, meeting__in=context["object_list"]
            ).values_list("meeting_id", "reply")
        )
        labels = dict(Attendance.Reply.choices)
        for meeting in context["object_list"]:
            meeting.my_reply = labels.get(replies.get(meeting.pk, ""), "")
        return context


class MeetingDetail(VisibleMixin, DetailView):
    """Everything about one meeting that this person may see and do."""

    queryset = Meeting.objects.select_related("group", "parent", "support_organiser", "terms")
    template_name = "meetings/detail.html"
    context_object_name = "meeting"

    def get_context_data(self, **kwargs):
        user, meeting = self.request.user, self.object
        group = meeting.group
        rows = list(meeting.attendances.select_related("user", "deputy"))
        mine = next((row for row in rows if row.user_id == user.pk), None)
        invited = list(meeting.invited())
        replies = {row.user_id: row for row in rows}
        answers = [
            (
                label,
                [
                    replies[u.pk]
                    for u in invited
                    if u.pk in replies and replies[u.pk].reply == value
                ],
            )
            for value, label in (("yes", "Coming"), ("maybe", "Not sure yet"), ("no", "Apologies"))
        ]
        silent = [u for u in invited if u.pk not in replies or not replies[u.pk].reply]
        items = list(
            AgendaItem.objects.on(meeting, user)
            .select_related("proposed_by", "meeting__group")
            .prefetch_related(named())
        )
        seen = seen_by(user, [item.about for item in items])
        for item in items:
            item.names = item.about if item.about in seen else None
        minutes = Minutes.objects.of(meeting, user).first()
        support = SupportRequest.objects.filter(
            Q(user=user) | Q(organiser=user), meeting=meeting
        ).order_by("pk")
        waiting = meeting.waiting_correction() if meeting.was_held else None
        return super().get_context_data(
            sees_silent=user.has_perm("groups.plan_meeting", group),
            may_draft=user.has_perm("groups.draft_minutes", group),
            moves=meeting.moves_for(user),
            mine=mine,
            is_invited=any(u.pk == user.pk for u in invited),
            may_answer=meeting.may(user, "answer"),
            answers=[(label, people) for label, people in answers if people],
            silent=silent,
            came=[row for row in rows if row.attended],
            may_correct=user.has_perm("groups.lead_workinggroup", group),
            waiting=waiting,
            waits=waiting is not None and waiting.first_press("make") is not None,
            refusals=waiting.refusals_for(user) if waiting else [],
            presence=meeting.presence(rows) if meeting.was_quorate is not None else None,
            neither=sum(row.counted_as == PeerWorkers.NEITHER for row in rows),
            uncounted=meeting.silent(rows),
            agenda=[item for item in items if item.is_on_the_agenda],
            proposals=[item for item in items if not item.is_on_the_agenda],
            papers=meeting.papers.all(),
            decisions=meeting.decisions.order_by("pk"),
            settled=settled_by(meeting),
            actions=meeting.actions.select_related("owner"),
            minutes=minutes,
            linked=Meeting.objects.visible_to(user).filter(parent=meeting),
            my_support=next((one for one in support if one.user_id == user.pk), None),
            to_arrange=any(one.organiser_id == user.pk for one in support),
            may_change=meeting.may(user, "change"),
            may_take_attendance=meeting.may(user, "record_attendance"),
            may_record=meeting.may(user, "record_decision"),
            may_plan_linked=meeting.may(user, "plan_linked"),
            may_add_action=meeting.may(user, "add_action"),
            may_propose=meeting.may(user, "propose_item"),
            sections=sections_of("meeting", user, meeting),
            **kwargs,
        )


class PlanMeeting(PermissionMixin, PageFormView):
    """Plan one meeting of a group, or a series."""

    perm = "groups.plan_meeting"
    form_class = PlanMeetingForm
    page_title = "Plan a meeting"
    button = "Save as a draft"
    intro = "Nobody is told until you publish it."

    @cached_property
    def group(self):
        groups = WorkingGroup.objects.visible_to(self.request.user)
        return get_object_or_404(groups, slug=self.kwargs["slug"])

    def get_scope(self):
        return self.group

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"group": self.group}

    def get_initial(self):
        return {"reminders": True, "format": Meeting.Format.IN_PERSON}

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.group.name, **kwargs)

    def get_success_url(self):
        return self.object.get_absolute_url()

    @transaction.atomic
    def save(self, form):
        values = form.values() | {"group": self.group, "created_by": self.request.user}
        dates = form.cleaned_data.get("dates")
        if not dates:
            self.object = Meeting.objects.create(**values)
            record("plan", self.object, by=self.request.user)
            self.done_message = "Saved as a draft. Publish it when it is ready."
            return
        series = MeetingSeries.objects.create(group=self.group, every=form.cleaned_data["repeat"])
        for starts_at, ends_at in dates:
            meeting = Meeting.objects.create(
                **values | {"series": series, "starts_at": starts_at, "ends_at": ends_at}
            )
            record("plan", meeting, by=self.request.user)
        self.object = series.meetings.first()
        self.done_message = f"{len(dates)} meetings are saved as drafts. This is the first."


class LinkedAdd(MeetingMixin, PageFormView):
    """Plan a pre-meet or a debrief for peers around a meeting."""

    perm = "groups.plan_meeting"
    form_class = LinkedForm
    page_title = "Plan a pre-meet or debrief for peers"
    button = "Save as a draft"
    intro = "Only members with lived experience are invited and can see it, and you."

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return kwargs | {"parent": kwargs.pop("meeting"), "group": self.meeting.group}

    def get_initial(self):
        parent = self.meeting
        return {
            "kind": Meeting.Kind.PRE_MEET,
            "title": f"Pre-meet: {parent.title}"[:150],
            "date": parent.on,
            "format": parent.format,
            "place": parent.place,
            "link": parent.link,
            "support_organiser": parent.support_organiser_id,
            "reminders": True,
        }

    def get_success_url(self):
        return self.object.get_absolute_url()

    @transaction.atomic
    def save(self, form):
        self.meeting.permit("plan_linked", by=self.request.user)
        self.object = Meeting.objects.create(
            **form.values(),
            group=self.meeting.group,
            parent=self.meeting,
            kind=form.cleaned_data["kind"],
            created_by=self.request.user,
        )
        record("plan", self.object, by=self.request.user)
        self.done_message = "Saved as a draft. Publish it when it is ready."


class ChangeMeeting(MeetingMixin, PageFormView):
    """Change a meeting; a new time or place is announced to everyone invited."""

    perm = "groups.plan_meeting"
    form_class = ChangeMeetingForm
    page_title = "Change the meeting"
    button = "Save the changes"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return kwargs | {"instance": kwargs.pop("meeting"), "group": self.meeting.group}

    def save(self, form):
        # The form wrote onto its instance; amend() compares with what is stored.
        changed = Meeting.objects.get(pk=self.meeting.pk).amend(
            by=self.request.user,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data.get("reason", ""),
            **form.values(),
        )
        self.done_message = "Saved." if changed else "Nothing was changed."


# --- answers ------------------------------------------------------------------------------------
class MeetingReply(InvitedMixin, PageFormView):
    """Say whether I will come, and who could come instead."""

    form_class = MeetingReplyForm
    template_name = "meetings/reply.html"
    page_title = "Will you come?"
    button = "Send my answer"
    done_message = "Thank you. Your answer is saved."

    def get_success_url(self):
        """Back to the page on which they answered: the home page has these buttons as well."""
        if self.request.POST.get("from") == "home":
            return reverse("home")
        return super().get_success_url()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        mine = self.meeting.attendances.filter(user=self.request.user).first()
        chosen = self.request.GET.get("answer") or (mine.reply if mine else "")
        return {
            "reply": chosen,
            "deputy": mine.deputy_id if mine else None,
            "note": mine.note if mine else "",
        }

    def save(self, form):
        data = form.cleaned_data
        user, note = self.request.user, data["note"]
        Attendance.answer(self.meeting, user, data["reply"], data["deputy"], note=note)
        if self.request.POST.get("from") == "home":  # where the meeting may be gone by now
            said = Attendance.Reply(data["reply"]).label
            self.done_message = (
                f"{self.meeting.title}: “{said}”. You can change this under Meetings."
            )


@method_decorator([login_not_required, never_cache], name="dispatch")
class ReplyByLink(PageFormView):
    """Answer from the link in a message, without signing in.

    Opening the link changes nothing: programs that scan mail open links too. One press does.
    """

    form_class = MeetingReplyForm
    template_name = "meetings/reply.html"
    page_title = "Will you come?"
    button = "Send my answer"

    @cached_property
    def link(self):
        try:
            meeting, user = read_reply_token(self.kwargs["token"])
        except (BadSignature, ValueError, TypeError):
            raise Http404 from None
        user = get_object_or_404(User.objects.active(), pk=user)
        # Whoever left the group since sees its meetings no more, by a link neither.
        seen = Meeting.objects.visible_to(user).select_related("group")
        return get_object_or_404(seen, pk=meeting), user

    def get_form_kwargs(self):
        meeting, user = self.link
        return super().get_form_kwargs() | {"meeting": meeting, "user": user, "by_link": True}

    def get_initial(self):
        return {"reply": self.request.GET.get("answer", "")}

    def get_context_data(self, **kwargs):
        meeting, _ = self.link
        kwargs["closed"] = not meeting.may(self.request.user, "answer")
        return super().get_context_data(meeting=meeting, by_link=True, **kwargs)

    def save(self, form):
        meeting, user = self.link
        reply = form.cleaned_data["reply"]
        mine = meeting.attendances.filter(user=user).select_related("deputy").first()
        # Saying no again by the link keeps the deputy who was named on the site.
        deputy = mine.deputy if mine and reply == Attendance.Reply.NO else None
        Attendance.answer(meeting, user, reply, deputy, note=form.cleaned_data["note"])
        answer = dict(Attendance.Reply.choices)[reply]
        context = {"meeting": meeting, "answer": answer}
        return render(self.request, "meetings/reply_done.html", context)


# --- support ------------------------------------------------------------------------------------
class Support(InvitedMixin, AskForSupport):
    """Whoever asked for something takes it back here, though they are asked to come no more."""

    page_title = "Support for this meeting"
    button = "Ask for this"

    @cached_property
    def made(self):
        asked = SupportRequest.objects.filter(meeting=self.kwargs["pk"], user=self.request.user)
        return asked.select_related("organiser", "meeting__group", "meeting__parent").first()

    @cached_property
    def meeting(self):
        return self.made.meeting if self.made else super().meeting

    def is_let_in(self):
        return self.made is not None or super().is_let_in()

    @property
    def organiser(self):
        return self.meeting.support_organiser

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("meeting")
        return kwargs

    def ask(self, text):
        SupportRequest.ask(self.meeting, self.request.user, text)


class MeetingSupportToArrange(SupportToArrange):
    queryset = SupportRequest.objects.select_related("user", "meeting")


class ArrangeMeetingSupport(ArrangeSupport):
    queryset = SupportRequest.objects.select_related("user", "meeting")
    success_url = reverse_lazy("support_to_arrange")


# --- agenda and papers --------------------------------------------------------------------------
class Propose(MeetingMixin, PageFormView):
    """Propose an agenda item; whoever plans the meeting puts theirs on the agenda at once."""

    perm = "groups.propose_agenda"
    form_class = AgendaItemForm
    page_title = "Propose an agenda item"
    free_writing = True
    button = "Propose it"

    def get_form_kwargs(self):
        """With the thing whose page led here: the meeting is to decide on it."""
        return super().get_form_kwargs() | {"chosen": self.request.GET.get("about")}

    def save(self, form):
        item = form.save(commit=False)
        item.meeting = self.meeting
        item.propose(by=self.request.user)
        if item.is_on_the_agenda:
            self.done_message = "It is on the agenda."
        else:
            self.done_message = "Thank you. The co-leads will answer you."


@require_POST
def shift_item(request, pk, direction):
    """Move an agenda item one place up or down."""
    item = get_object_or_404(AgendaItem.objects.visible_to(request.user), pk=pk)
    item.shift(direction, by=request.user)
    return redirect(item)


class PaperAdd(MeetingMixin, PageFormView):
    """Attach a paper to the meeting."""

    perm = "groups.plan_meeting"
    form_class = MeetingPaperForm
    page_title = "Add a paper"
    button = "Add the paper"
    done_message = "The paper is added."

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("meeting")
        return kwargs

    @transaction.atomic
    def save(self, form):
        self.meeting.permit("add_paper", by=self.request.user)
        paper = form.save(self.meeting, self.request.user)
        record("add_paper", self.meeting, by=self.request.user, note=f"paper {paper.pk}")


def paper(request, pk):
    """Download a paper, if the meeting may be seen."""
    found = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    return found.response()


class PaperRemove(TakesAway, PermissionMixin, PageFormView):
    """Take a paper away before the meeting is held."""

    perm = "groups.plan_meeting"
    form_class = Form
    template_name = "meetings/paper_remove.html"
    page_title = "Remove the paper"
    button = "Remove it"
    done_message = "The paper is removed."

    @cached_property
    def paper(self):
        papers = Paper.objects.visible_to(self.request.user)
        return get_object_or_404(papers.select_related("meeting__group"), pk=self.kwargs["pk"])

    def get_scope(self):
        return self.paper.meeting.group

    def get_context_data(self, **kwargs):
        return super().get_context_data(paper=self.paper, **kwargs)

    def get_success_url(self):
        return self.paper.meeting.get_absolute_url()

    @transaction.atomic
    def save(self, form):
        meeting = self.paper.meeting
        meeting.permit("remove_paper", by=self.request.user)
        record("remove_paper", meeting, by=self.request.user, note=f"paper {self.paper.pk}")
        name, storage = self.paper.file.name, self.paper.file.storage
        self.paper.delete()
        transaction.on_commit(lambda: storage.delete(name))


# --- holding ------------------------------------------------------------------------------------
class TakeAttendance(MeetingMixin, PageFormView):
    """Record who came: the meeting is then held, and its quorum known."""

    perm = "groups.hold_meeting"
    form_class = MeetingAttendanceForm
    template_name = "meetings/attendance.html"
    page_title = "Who came?"
    button = "Save who came"

    def save(self, form):
        present = [user.pk for user in form.cleaned_data["present"]]
        if self.meeting.record_attendance(present, by=self.request.user):
            self.done_message = (
                "Half done. This changes whether the meeting reached its quorum, so it waits for "
                "the other co-lead."
            )
            return
        self.done_message = (
            "Saved. The meeting reached its co-production quorum."
            if self.meeting.was_quorate
            else "Saved. The meeting did not reach its co-production quorum: "
            "what it decides is provisional."
        )


class RecordDecision(MeetingMixin, PageFormView):
    """Record a decision; whether it counts comes from who was there."""

    perm = "groups.hold_meeting"
    form_class = DecisionForm
    page_title = "Record a decision"
    button = "Record the decision"

    def save(self, form):
        data = dict(form.cleaned_data)
        agreed = data.pop("agreed") == "yes"
        decision = Decision.record(self.meeting, by=self.request.user, agreed=agreed, **data)
        self.done_message = f"Recorded: {decision.get_state_display().lower()}."
        if decision.waits:
            self.done_message += " It counts once the other co-lead confirms it."


class ActionAdd(MeetingMixin, PageFormView):
    """Record who does what by when."""

    perm = "groups.hold_meeting"
    form_class = ActionForm
    page_title = "Record an action"
    button = "Record the action"
    done_message = "The action is recorded."

    @transaction.atomic
    def save(self, form):
        self.meeting.permit("add_action", by=self.request.user)
        action = form.save(commit=False)
        action.group, action.meeting = self.meeting.group, self.meeting
        action.created_by = self.request.user
        action.save()
        record("give", action, by=self.request.user)
        events.action_given(action)


# --- decisions and actions ------------------------------------------------------------------------
class DecisionDetail(VisibleMixin, DetailView):
    """One decision: what, how, with which quorum, and what became of it."""

    queryset = Decision.objects.select_related(
        "meeting__group", "item", "settled_at", "recorded_by", "confirmed_by"
    )
    template_name = "meetings/decision.html"
    context_object_name = "decision"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            may_settle=self.object.may(user, "settle"),
            half=self.half_settled(user),
            may_confirm=self.object.may(user, self.object.confirmation),
            moves=self.object.moves_for(user),
            refusals=self.object.refusals_for(user) if self.object.open_to("settle") else [],
            names=next(iter(seen_by(user, [self.object.about])), None),
            sections=sections_of("decision", user, self.object),
            **kwargs,
        )

    def half_settled(self, user):
        """What each co-lead says became of it, and where the other confirms that."""
        leads = self.object.meeting.group.is_led_by(user) if self.object.settled_at_id else False
        return [
            {
                "first": first,
                "words": dict(SettleForm.SAID)[name],
                "href": reverse("decision_move", args=[self.object.pk, name]) if leads else "",
                "is_mine": first.by_id == user.pk,
            }
            for name, first in self.object.half_settled
        ]


class DecisionList(ListView):
    """All decisions of one group, newest first."""

    template_name = "meetings/decisions.html"
    paginate_by = PAGE

    @cached_property
    def group(self):
        groups = WorkingGroup.objects.visible_to(self.request.user)
        return get_object_or_404(groups, slug=self.kwargs["slug"])

    def get_queryset(self):
        decisions = Decision.objects.visible_to(self.request.user)
        return decisions.filter(meeting__group=self.group).select_related("meeting")

    def get_context_data(self, **kwargs):
        return super().get_context_data(group=self.group, **kwargs)


class ConfirmDecision(PermissionMixin, PageFormView):
    """The second co-lead says that the meeting decided this: it then takes effect."""

    perm = "groups.lead_workinggroup"
    form_class = Form
    template_name = "meetings/confirm.html"
    page_title = "Confirm what the meeting decided"

    @cached_property
    def decision(self):
        decisions = Decision.objects.visible_to(self.request.user).select_related("meeting__group")
        found = get_object_or_404(decisions, pk=self.kwargs["pk"])
        found.check_open(found.confirmation)
        return found

    def get_scope(self):
        return self.decision.scope

    def get_context_data(self, **kwargs):
        missing = self.decision.missing(self.decision.confirmation, self.request.user)
        return super().get_context_data(
            decision=self.decision,
            missing=missing,
            follows=self.follows,
            **kwargs,
        )

    @property
    def button(self):
        said = "decided" if self.decision.agreed else "did not agree to"
        return f"Yes, the meeting {said} this"

    @property
    def follows(self):
        if not self.decision.agreed:
            return "It then counts as not carried."
        about = self.decision.about
        return kind_of(about).follows if about else "It then counts as carried."

    def get_success_url(self):
        return self.decision.get_absolute_url()

    def save(self, form):
        self.decision.confirm(by=self.request.user)
        refused = "Confirmed: the meeting did not agree to it."
        self.done_message = f"Confirmed. {self.follows}" if self.decision.agreed else refused


class SettlesMixin:
    """One co-lead says what a later quorate meeting made of ``thing``, and the other is asked."""

    button = "Save, and ask the other co-lead"

    @cached_property
    def meetings(self):
        meeting = self.thing.meeting
        return Meeting.objects.quorate(meeting.group).filter(starts_at__gt=meeting.starts_at)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"meetings": self.meetings}
        kwargs.pop("meeting", None)
        return kwargs

    def get_context_data(self, **kwargs):
        return super().get_context_data(meetings=self.meetings, **kwargs)

    def settle(self, name, data):
        later, note = data[self.thing.LATER], data.get("note", "")
        done = self.thing.settle(name, later, by=self.request.user, note=note)
        move = self.thing.moves[name]
        self.done_message = move.done if done else half_done(move)


class SettleDecision(SettlesMixin, PermissionMixin, PageFormView):
    """A later quorate meeting ratified a decision, or let it lapse."""

    perm = "groups.lead_workinggroup"
    form_class = SettleForm
    template_name = "meetings/settle.html"
    page_title = "Ratify or let lapse"

    @cached_property
    def thing(self):
        decisions = Decision.objects.visible_to(self.request.user)
        found = get_object_or_404(decisions.select_related("meeting__group"), pk=self.kwargs["pk"])
        found.check_open("settle")
        return found

    def get_scope(self):
        return self.thing.scope

    def get_context_data(self, **kwargs):
        return super().get_context_data(decision=self.thing, caption=self.thing.reference, **kwargs)

    def get_success_url(self):
        return self.thing.get_absolute_url()

    def save(self, form):
        self.settle(form.cleaned_data["outcome"], form.cleaned_data)


class ActionList(ListView):
    """My actions: to do first, overdue at the top; or those of one of my groups."""

    template_name = "meetings/actions.html"
    paginate_by = PAGE

    @cached_property
    def group(self):
        slug = self.request.GET.get("group")
        if not slug:
            return None
        return get_object_or_404(WorkingGroup.objects.visible_to(self.request.user), slug=slug)

    def get_queryset(self):
        actions = Action.objects.visible_to(self.request.user)
        actions = (
            actions.filter(group=self.group)
            if self.group
            else actions.filter(owner=self.request.user)
        )
        self.done = self.request.GET.get("show") == "done"
        if self.done:
            actions = actions.exclude(state=Action.State.OPEN).order_by("-due", "-pk")
        else:
            actions = actions.open()
        return actions.select_related("owner", "group")

    def get_context_data(self, **kwargs):
        return super().get_context_data(group=self.group, done=self.done, **kwargs)


class ActionDetail(VisibleMixin, DetailView):
    """One action."""

    queryset = Action.objects.select_related("owner", "group", "meeting")
    template_name = "meetings/action.html"
    context_object_name = "action"

    def get_context_data(self, **kwargs):
        return super().get_context_data(moves=self.object.moves_for(self.request.user), **kwargs)


# --- minutes --------------------------------------------------------------------------------------
class MinutesMixin(MeetingMixin):
    """A page about the minutes of a meeting."""

    @cached_property
    def minutes(self):
        found = Minutes.objects.visible_to(self.request.user).select_related(
            "meeting__group", "approved_at"
        )
        return get_object_or_404(found, meeting=self.meeting)

    def get_scope(self):
        return self.minutes.scope  # 404 before 403: drafts do not exist for those who only read

    def get_success_url(self):
        return self.minutes.get_absolute_url()


@require_POST
def draft_minutes(request, pk):
    """Make the first draft from what was recorded."""
    meeting = get_object_or_404(
        Meeting.objects.visible_to(request.user).select_related("group"), pk=pk
    )
    Minutes.draft(meeting, by=request.user)
    return redirect("minutes_edit", pk=pk)


class MinutesDetail(MinutesMixin, DetailView):
    """Read the minutes; with the steps that this person can take."""

    template_name = "meetings/minutes.html"
    context_object_name = "minutes"

    def get_object(self):
        return self.minutes

    def dispatch(self, request, *args, **kwargs):
        return View.dispatch(self, request, *args, **kwargs)  # whoever sees them may read them

    def get_context_data(self, **kwargs):
        moves = self.minutes.moves_for(self.request.user)
        may_edit = self.minutes.may(self.request.user, "write")
        corrections = self.meeting.corrections.made().select_related("asked_by", "confirmed_by")
        return super().get_context_data(
            moves=moves,
            may_edit=may_edit,
            corrections=corrections,
            settled=settled_by(self.meeting),
            **kwargs,
        )


class MinutesEdit(MinutesMixin, PageFormView):
    """Write the minutes. A save from an older text shows both and loses neither."""

    perm = "groups.draft_minutes"
    form_class = MinutesForm
    template_name = "meetings/minutes_edit.html"
    page_title = "Write the minutes"
    button = "Save the minutes"
    done_message = "The minutes are saved."

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("meeting")
        return kwargs

    def get_initial(self):
        return {"body": self.minutes.body, "seen": self.minutes.revision}

    def get_context_data(self, **kwargs):
        return super().get_context_data(outline=outline(self.meeting), **kwargs)

    def save(self, form):
        data = form.cleaned_data
        body = data["body"].replace("\r\n", "\n")
        try:
            self.minutes.write(body, by=self.request.user, seen=data["seen"])
        except StaleEdit:
            self.minutes.refresh_from_db()
            mine = MinutesForm(initial={"body": body, "seen": self.minutes.revision})
            context = self.get_context_data(form=mine, theirs=self.minutes.body)
            return self.render_to_response(context, status=409)
        return None


class MinutesApprove(SettlesMixin, MinutesMixin, PageFormView):
    """A later quorate meeting approved the minutes."""

    perm = "groups.approve_minutes"
    form_class = ApproveMinutesForm
    template_name = "meetings/approve.html"
    page_title = "Record that the minutes were approved"

    @property
    def thing(self):
        return self.minutes

    def get_form_kwargs(self):
        self.minutes.check_open("approve")
        return super().get_form_kwargs()

    def save(self, form):
        self.settle("approve", form.cleaned_data)


class MinutesPrint(MinutesDetail):
    """The minutes on a plain page, for paper."""

    template_name = "meetings/minutes_print.html"


class MinutesPDF(MinutesDetail):
    """The minutes as an accessible PDF."""

    def render_to_response(self, context, **kwargs):
        return pdf_response(
            self.request,
            "meetings/minutes_pdf.html",
            context,
            filename=f"minutes-{self.meeting.on.isoformat()}.pdf",
            instead=reverse("minutes_print", args=[self.meeting.pk]),
        )


# --- calendar ---------------------------------------------------------------------------------
def meeting_calendar(request, pk):
    """One meeting as a calendar file."""
    meeting = get_object_or_404(
        Meeting.objects.visible_to(request.user).filter(published_at__isnull=False), pk=pk
    )
    response = HttpResponse(as_file(entry(meeting)), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return response
