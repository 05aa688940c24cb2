"""The list of vacancies, the working page of each, and beginning one."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from apps.core import clock
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.needs import needs_of
from apps.core.sections import sections_of
from apps.core.views import MoveView, PageFormView, Recorded, history
from apps.taskgroups.accepted import job_texts

from ..forms import BeginVacancyForm, VacancyFilterForm
from ..models.approval import chain_of
from ..models.template import VacancyTemplate, begin_from, contents
from ..models.vacancy import Vacancy
from ..promises import Promises

PAGE = 25
CHUNK = 200
EARLIER = 20
STATE = Vacancy.State
# What is done next, in the words of the list; who does it, in brackets.
NEXT = {
    STATE.DRAFT: "Write it (manager and peer lead)",
    STATE.READINESS: "Sign the readiness list (manager and peer lead)",
    STATE.APPROVAL: "Approve it (authorisers, in order)",
    STATE.APPROVED: "Open it (Human Resources)",
    STATE.OPEN: "People apply",
    STATE.CLOSED: "Redact, then start shortlisting (Human Resources)",
    STATE.SHORTLISTING: "Score and lock the shortlist (panel)",
    STATE.SHORTLISTED: "Tell everybody, plan interviews (Human Resources)",
    STATE.INTERVIEWING: "Interview and decide (panel)",
    STATE.DECIDED: "Tell everybody, offer, check (Human Resources)",
    STATE.FILLED: "Nothing: it is filled",
    STATE.UNFILLED: "Nothing: it ended",
    STATE.WITHDRAWN: "Nothing: it was withdrawn",
}


class VacancyMixin:
    """A page of one vacancy, for those on its working side; 404 for everybody else."""

    @cached_property
    def vacancy(self):
        rows = Vacancy.objects.visible_to(self.request.user)
        return get_object_or_404(
            rows.select_related("manager", "peer_lead", "organiser"),
            reference=self.kwargs["reference"],
        )

    def get_scope(self):
        return self.vacancy

    def get_success_url(self):
        return self.vacancy.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(vacancy=self.vacancy, caption=str(self.vacancy), **kwargs)


# --- the list -----------------------------------------------------------------------------------
def found(user, wanted):
    """The vacancies on which this person works, filtered and in order."""
    rows = Vacancy.objects.visible_to(user)
    if words := wanted.get("q"):
        rows = rows.filter(
            Q(title__icontains=words) | Q(team__icontains=words) | Q(reference__iexact=words)
        )
    if state := wanted.get("state"):
        rows = rows.in_phase(state)
    if borough := wanted.get("borough"):
        rows = rows.filter(borough=borough)
    orders = {"closing": ("closes_at", "pk"), "waiting": ("since", "pk")}
    rows = rows.order_by(*orders.get(wanted.get("order"), ("-pk",)))
    if user.has_perm("recruitment.handle_application"):  # the panel learns no numbers
        rows = rows.annotate(
            sent=Count(
                "applications",
                filter=Q(applications__submitted_at__isnull=False)
                & ~Q(applications__state="withdrawn"),
            )
        )
    return rows


def days_in_stage(vacancy):
    """Days since the London day on which it came into its present stage, as a calendar counts."""
    return (clock.today() - clock.date_of(vacancy.phase_since)).days


def line(vacancy):
    """One row of the list."""
    return {
        "vacancy": vacancy,
        "next": NEXT[vacancy.phase],
        "days": days_in_stage(vacancy),
        "sent": getattr(vacancy, "sent", None),
        "promises": Promises.of(vacancy),
    }


class Vacancies(ListView):
    """Everything that waits in recruitment, then the vacancies."""

    template_name = "recruitment/vacancies/vacancies.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return VacancyFilterForm(self.request.GET)

    def get_queryset(self):
        return found(self.request.user, self.form.wanted())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user = self.request.user
        return context | {
            "lines": [line(vacancy) for vacancy in context["object_list"]],
            "filters": self.form,
            "needs": needs_of(user, within="apps.recruitment"),
            "may_begin": user.has_perm("recruitment.run_vacancy"),
        }


HEADER = [
    "Reference",
    "Title",
    "Team",
    "Borough",
    "Band",
    "Whole-time equivalent",
    "Posts",
    "How it stands",
    "Days in this stage",
    "Opened",
    "Closes",
    "Applications",
]


def vacancies_csv(request):
    """The same list as a spreadsheet."""
    form = VacancyFilterForm(request.GET)

    def lines():
        for one in found(request.user, form.wanted()).iterator(chunk_size=CHUNK):
            yield [
                one.reference,
                one.title,
                one.team,
                one.borough,
                one.get_band_display(),
                one.wte,
                one.posts,
                one.phase_label,
                days_in_stage(one),
                _date(one.opened_at),
                _date(one.closes_at),
                getattr(one, "sent", ""),
            ]

    return csv_response("vacancies.csv", HEADER, lines())


def _date(moment):
    return clock.date_of(moment).isoformat() if moment else ""


# --- one vacancy --------------------------------------------------------------------------------
class VacancyDetail(VacancyMixin, TemplateView):
    """A vacancy from the inside: where it stands, what is next, who does it."""

    template_name = "recruitment/vacancies/vacancy.html"
    ACTS = (
        "write",
        "set_terms",
        "answer_approval",
        "extend",
        "keep_template",
        "name_authoriser",
        "join_panel",
        "leave_panel",
        "record_training",
        "offer_visit",
        "cancel_visit",
    )

    def get_context_data(self, **kwargs):
        user, vacancy = self.request.user, self.vacancy
        readiness = list(vacancy.readiness.all())
        waits_for_approval = vacancy.open_to("name_deputy")
        if waits_for_approval:
            approvals = chain_of(vacancy).lines()
        else:
            approvals = list(vacancy.approvals.select_related("authoriser", "answered_by"))
        return super().get_context_data(
            next=NEXT[vacancy.phase],
            days=days_in_stage(vacancy),
            promises=Promises.of(vacancy),
            moves=vacancy.moves_on_its_page(user),
            prepares=user.has_perm("recruitment.prepare_vacancy", vacancy),
            runs=user.has_perm("recruitment.run_vacancy", vacancy),
            may={name: vacancy.may(user, name) for name in self.ACTS},
            may_name=vacancy.may(user, "name_people"),
            reads_interests=vacancy.shows_interests_to(user),
            criteria=list(vacancy.criteria.all()),
            panel=list(vacancy.panel.serving().select_related("user")),
            approvals=approvals,
            waits_for_approval=waits_for_approval,
            readiness=readiness,
            signed=sum(item.is_signed for item in readiness),
            visits=list(vacancy.visits.to_come().with_taken()),
            unanswered=vacancy.advice.filter(answer="").count(),
            sections=sections_of("vacancy", user, vacancy),
            **kwargs,
        )


class PanelInterests(VacancyMixin, Recorded, TemplateView):
    """What the members of the panel declared, for those who lead it. Each look is audited.

    The declarations belong to another app, which fills this page (``section("interests")``).
    """

    template_name = "recruitment/vacancies/interests.html"

    def note_reading(self):
        record("read_interests", self.vacancy, by=self.request.user)

    def get_context_data(self, **kwargs):
        user, vacancy = self.request.user, self.vacancy
        if not vacancy.shows_interests_to(user):
            raise PermissionDenied
        people = [seat.user for seat in vacancy.panel.serving().select_related("user")]
        return super().get_context_data(
            sections=sections_of("interests", user, people),
            **kwargs,
        )


class VacancyMove(VacancyMixin, MoveView):
    """One move of a vacancy: explained, confirmed, made. Parts say what to read before."""

    model = Vacancy

    def sections(self):
        own = sections_of(f"vacancy_{self.offer.name}", self.request.user, self.object)
        return [*own, *super().sections()]


class History(VacancyMixin, TemplateView):
    """What happened to a vacancy; its notes name people by number alone.

    Whoever judges it reads of the time before it opened, until it is decided: what came later says
    who recused themselves, and when what was done with applications.
    """

    template_name = "recruitment/vacancies/history.html"

    def get_context_data(self, **kwargs):
        if not self.request.user.has_perm("recruitment.prepare_vacancy", self.vacancy):
            raise PermissionDenied
        entries = history(self.vacancy)
        judges = self.vacancy.is_judged_by(self.request.user) and not self.vacancy.is_settled
        if judges and self.vacancy.has_opened:
            entries = entries.filter(at__lte=self.vacancy.opened_at)
        return super().get_context_data(page_title="History", entries=entries[:200], **kwargs)


# --- beginning ----------------------------------------------------------------------------------
class BeginVacancy(PageFormView):
    """A new vacancy: empty, from a template, from an earlier one, or from an accepted output."""

    form_class = BeginVacancyForm
    page_title = "Begin a vacancy"
    button = "Begin"
    done_message = "Begun as a draft. Name the manager and the peer lead, who write it together."

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("recruitment.run_vacancy"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def earlier(self):
        return list(Vacancy.objects.where(self.request.user, "run_vacancy")[:EARLIER])

    @cached_property
    def offered(self):
        return list(job_texts(self.request.user))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"earlier": self.earlier, "offered": self.offered}

    def get_success_url(self):
        return self.vacancy.get_absolute_url()

    def save(self, form):
        kind, _, key = form.cleaned_data["start"].partition(":")
        words, criteria = {}, []
        if kind == "template":
            words, criteria = VacancyTemplate.objects.get(pk=key).contents()
        elif kind == "vacancy":
            words, criteria = contents(next(v for v in self.earlier if v.reference == key))
        elif kind == "text":
            text = next(one for one in self.offered if one.key == key)
            words = {
                "summary": text.summary[:2000],
                "description": text.body[:50000],
                "easy_read": text.easy_read[:10000],
                "source": f"{text.title}, version {text.version}",
            }
        self.vacancy = begin_from(
            words, criteria, by=self.request.user, title=form.cleaned_data["title"]
        )
