"""Pages: answering, what a group reads of it, telling it back."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, ListView, View

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.anonymous import without_a_line
from apps.core.exceptions import IllegalMove
from apps.core.views import PageFormView
from apps.groups.models import WorkingGroup, belongs_to
from apps.meetings.models.meeting import Meeting

from .asked import QUESTIONS
from .forms import TellBackForm, WordsForm
from .links import read_answer_token
from .models.batch import Batch, Choice
from .models.round import Over, Round, Twice
from .shown import in_words, parts_of, yes_before

PAGE = 25
LEFT_OUT = "-"  # of a question that somebody chose not to answer


# --- answering ------------------------------------------------------------------------------------
class Answering(View):
    """Three questions, one after the other; what was chosen is carried in the page, and nothing is
    kept before the last press. Opening it changes nothing.
    """

    def find(self):
        """(the round, who answers); 404 for whoever is not asked."""
        raise NotImplementedError

    @cached_property
    def asked(self):
        return self.find()

    @cached_property
    def chosen(self):
        """{name of a question: answer}: of the link, and of the pages before this one."""
        given = self.request.GET if self.request.method == "GET" else self.request.POST
        allowed = {*Choice.values, LEFT_OUT}
        named = ((one.name, given.get(one.name)) for one in QUESTIONS)
        return {name: answer for name, answer in named if answer in allowed}

    def dispatch(self, request, *args, **kwargs):
        return without_a_line(super().dispatch(request, *args, **kwargs))

    def get(self, request, *args, **kwargs):
        return self.ask()

    def post(self, request, *args, **kwargs):
        if request.POST.get("again") in self.chosen:
            del self.chosen[request.POST["again"]]
        elif "send" in request.POST:
            return self.send()
        return self.ask()

    def ask(self, form=None, status=200):
        """The next question that has no answer yet; after the last, what is sent."""
        round_, user = self.asked
        context = {"round": round_, "chosen": self.chosen, "left_out": LEFT_OUT}
        context["by_link"] = "token" in self.kwargs
        if not round_.is_running:
            return render(self.request, "experience/over.html", context)
        if not round_.asked.filter(user=user, answered=False).exists():
            return render(self.request, "experience/thanks.html", context)
        question = next((one for one in QUESTIONS if one.name not in self.chosen), None)
        labels = {**dict(Choice.choices), LEFT_OUT: "Not answered"}
        words = self.request.POST.get("words", "")
        if question and form is None:
            lines = [
                (one, labels[self.chosen[one.name]]) for one in QUESTIONS if one.name in self.chosen
            ]
            says = any(one != LEFT_OUT for one in self.chosen.values())
            context |= {"question": question, "choices": Choice, "says": says, "lines": lines}
            context |= {"words": words, "nth": 1 + QUESTIONS.index(question), "of": len(QUESTIONS)}
            return render(self.request, "experience/question.html", context)
        lines = [(one, labels[self.chosen.get(one.name, LEFT_OUT)]) for one in QUESTIONS]
        context |= {"lines": lines, "form": form or WordsForm(initial={"words": words})}
        return render(self.request, "experience/send.html", context, status=status)

    def send(self):
        round_, user = self.asked
        form = WordsForm(self.request.POST)
        if not form.is_valid():
            return self.ask(form, status=422)
        said = {name: one for name, one in self.chosen.items() if one != LEFT_OUT}
        words = form.cleaned_data["words"]
        if not said and not words:
            form.add_error("words", "Answer a question, or write something, before you send it.")
            return self.ask(form, status=422)
        try:
            round_.answer(user, words=words, **said)
        except Twice:
            return render(self.request, "experience/thanks.html", {"round": round_})
        except Over:
            return render(self.request, "experience/over.html", {"round": round_}, status=409)
        return render(self.request, "experience/thanks.html", {"round": round_, "sent": True})


@method_decorator(never_cache, name="dispatch")
class AnswerPage(Answering):
    """For somebody who is signed in."""

    def find(self):
        rows = Round.objects.asking(self.request.user).select_related("group", "meeting")
        return get_object_or_404(rows, pk=self.kwargs["pk"]), self.request.user


@method_decorator([login_not_required, never_cache], name="dispatch")
class AnswerByLink(Answering):
    """From the link in a message, without signing in: it opens this page and no other."""

    def find(self):
        try:
            round_, user = read_answer_token(self.kwargs["token"])
        except (BadSignature, ValueError, TypeError):
            raise Http404 from None
        user = get_object_or_404(User.objects.active(), pk=user)
        rows = Round.objects.select_related("group", "meeting")
        one = get_object_or_404(rows, pk=round_)
        # Once it is over nobody knows any more who was asked: whoever holds a link reads that.
        if one.is_running and not one.asked.filter(user=user).exists():
            raise Http404
        return one, user


# --- what a group reads ---------------------------------------------------------------------------
class GroupMixin:
    """What one group was told, for those who do its work."""

    @cached_property
    def group(self):
        visible = WorkingGroup.objects.visible_to(self.request.user)
        group = get_object_or_404(visible, slug=self.kwargs["slug"])
        if not self.request.user.has_perm("groups.hear_experience", group):
            raise PermissionDenied
        return group

    def get_queryset(self):
        rows = Batch.objects.visible_to(self.request.user).filter(group=self.group)
        return rows.select_related("group", "item__meeting")

    def get_context_data(self, **kwargs):
        return super().get_context_data(group=self.group, **kwargs)


class HeardList(GroupMixin, ListView):
    template_name = "experience/list.html"
    paginate_by = PAGE


class HeardPage(GroupMixin, DetailView):
    """What was said, with the time before beside it; what was written, and what is changed."""

    template_name = "experience/heard.html"

    def get_context_data(self, **kwargs):
        batch, before = self.object, self.object.before
        found = parts_of([one for one in (batch, before) if one])
        earlier = found[before.pk] if before else []
        parts = [
            (
                part.question,
                [(line, yes_before(earlier, part.question, line.side)) for line in part.lines],
            )
            for part in found[batch.pk]
        ]
        rounds = list(batch.rounds.select_related("meeting"))
        reads = self.group.pk in belongs_to(self.request.user, observing=False)
        return super().get_context_data(
            parts=parts,
            before=before,
            rounds=rounds,
            asked=sum(one.people for one in rounds),
            reads_words=reads,
            words=batch.remarks.order_by("pk") if reads else [],
            may_tell=batch.may(self.request.user, "tell_back"),
            **kwargs,
        )


class TellBack(PageFormView):
    """What we heard, what we change: it goes on the agenda of a meeting."""

    form_class = TellBackForm
    template_name = "experience/tell_back.html"
    page_title = "Tell the group what you heard and what you change"
    button = "Put it on the agenda"
    done_message = "It is on the agenda."
    free_writing = True

    @cached_property
    def batch(self):
        rows = Batch.objects.visible_to(self.request.user)
        rows = rows.select_related("group", "item__meeting")
        return get_object_or_404(rows, pk=self.kwargs["pk"], group__slug=self.kwargs["slug"])

    def dispatch(self, request, *args, **kwargs):
        if not self.batch.permits(request.user, "tell_back"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def meetings(self):
        """Those to come that still have an open agenda, the next one first."""
        coming = Meeting.objects.visible_to(self.request.user).filter(
            group=self.batch.group, kind=Meeting.Kind.MEETING, starts_at__gt=clock.now()
        )
        every = coming.select_related("group").order_by("starts_at")[:PAGE]
        return [one for one in every if one.open_to("propose_item")]

    @cached_property
    def parts(self):
        return parts_of([self.batch])[self.batch.pk]

    def get_form_kwargs(self):
        kept = {"change": self.batch.change}  # of an item that no meeting heard
        return super().get_form_kwargs() | {"meetings": self.meetings, "initial": kept}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            batch=self.batch, parts=self.parts, meetings=self.meetings, **kwargs
        )

    def get_success_url(self):
        return self.batch.get_absolute_url()

    def save(self, form):
        change = form.cleaned_data["change"]
        detail = "\n\n".join(
            ["What we heard", "\n".join(in_words(self.parts)), "What we change", change]
        )
        try:
            self.batch.tell_back(
                form.cleaned_data["meeting"],
                "How it was to work together: what we heard, what we change",
                detail,
                change,
                by=self.request.user,
            )
        except IllegalMove:
            mine = [(form["change"].label, change)]
            return self.render_to_response(self.get_context_data(form=form, mine=mine), status=409)
        return None
