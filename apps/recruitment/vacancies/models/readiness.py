"""Readiness: a team gets ready before it asks for a peer, and two people say that it has.

The list follows ImROC's seventeenth briefing (preparing managers, teams, Human Resources and
occupational health for peer workers) and the trust's own evaluation of its programme.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from apps.core import clock
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import record

from .panel import Approval
from .vacancy import Vacancy

# key -> (what is so, how one knows)
READINESS = {
    "team": (
        "The team has talked about what a peer worker does, and does not do",
        "With a peer in the room. Questions and worries were heard.",
    ),
    "description": (
        "The description was written together with people with lived experience",
        "The co-production record says who, and what was declined and why.",
    ),
    "lawful": (
        "What is asked for is lawful and fair",
        "Experience and the ability to use it; never a diagnosis or a treatment.",
    ),
    "supervision": (
        "Time for line supervision and for peer supervision is set aside",
        "Both supervisors are named, and have agreed.",
    ),
    "hr": (
        "Human Resources and occupational health know what the post is",
        "Adjustments, checks and sickness are handled as the programme agreed.",
    ),
    "adjustments": (
        "The team knows how adjustments are asked for and paid for",
        "From the first day, and without the person having to ask twice.",
    ),
    "induction": ("The first weeks are planned", "Induction, training, a mentor, a desk, access."),
    "network": (
        "The new colleague will meet other peers",
        "A contact in the Peers and Sponsors Network is named.",
    ),
    "hours": (
        "The hours can be set so that nobody loses by working",
        "Benefits advice is offered with the offer, and hours can be agreed.",
    ),
}


class Readiness(models.Model):
    """One line of a vacancy's list, signed by its manager and by its peer lead."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="readiness")
    key = models.CharField(max_length=20)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    manager_at = models.DateTimeField(null=True)
    peer_lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    peer_lead_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "readiness"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "key"], name="recruitment_readiness_once")
        ]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return READINESS[self.key][0] if self.key in READINESS else self.key

    @property
    def detail(self):
        return READINESS[self.key][1] if self.key in READINESS else ""

    @property
    def is_signed(self):
        return self.manager_at is not None and self.peer_lead_at is not None

    @classmethod
    @transaction.atomic
    def sign(cls, vacancy, keys, *, by):
        """Put the person's name to these lines, and take it off the others.

        Manager and peer lead each sign for themselves; nobody signs for both. Raises
        PermissionDenied, or IllegalMove where the list is no longer open.
        """
        sides = [
            side
            for side in ("manager", "peer_lead")
            if by.has_perm(f"recruitment.sign_as_{side}", vacancy)
        ]
        if not sides:
            raise PermissionDenied
        if len(sides) == 2:
            raise NotYet("Manager and peer lead are two people. Name another for one of them.")
        vacancy.lock()
        if vacancy.state != Vacancy.State.READINESS:
            raise IllegalMove("The list is not open now.", vacancy)
        [side] = sides
        keys, now = keys & READINESS.keys(), clock.now()
        for line in vacancy.readiness.all():
            wanted, there = line.key in keys, getattr(line, f"{side}_at") is not None
            if wanted != there:
                setattr(line, side, by if wanted else None)
                setattr(line, f"{side}_at", now if wanted else None)
                line.save(update_fields=[side, f"{side}_at"])
        record("sign_readiness", vacancy, by=by, note=", ".join(sorted(keys)))


# --- what must be so ----------------------------------------------------------------------------
@Vacancy.before("begin_readiness")
def _is_written(vacancy, by):
    words = {
        "summary": "a plain summary",
        "description": "the job description",
        "hours": "the pattern of hours",
        "team": "the team",
        "borough": "the borough",
        "legal_rationale": "why lived experience is asked for",
    }
    missing = [label for name, label in words.items() if not getattr(vacancy, name).strip()]
    if missing:
        yield f"Still to be written: {', '.join(missing)}."
    on_paper = vacancy.criteria.filter(stage="shortlisting")
    if not on_paper.filter(weight="essential").exists():
        yield "Add at least one essential criterion that is looked at in the application."
    if vacancy.manager is None or vacancy.peer_lead is None:
        yield "Human Resources must name the manager and the peer lead first."


@Vacancy.after("begin_readiness")
def _make_the_list(vacancy, entry):
    Readiness.objects.bulk_create(
        [Readiness(vacancy=vacancy, key=key) for key in READINESS], ignore_conflicts=True
    )


@Vacancy.after("back_to_draft")
def _signatures_go(vacancy, entry):
    """They were for words that can now change."""
    vacancy.readiness.all().delete()


@Vacancy.before("ask_approval")
def _is_ready(vacancy, by):
    unsigned = vacancy.readiness.filter(
        Q(manager_at__isnull=True) | Q(peer_lead_at__isnull=True)
    ).count()
    if unsigned:
        lines = "line" if unsigned == 1 else "lines"
        yield f"{unsigned} {lines} of the readiness list still need both signatures."
    if not (vacancy.line_supervisor.strip() and vacancy.peer_supervisor.strip()):
        yield "Name the line supervisor and the peer supervisor."
    if not (vacancy.cost_code.strip() and vacancy.position_number.strip()):
        yield "Give the cost code and the position number: the posts must be funded."
    if vacancy.advice.filter(answer="").exists():
        yield "Answer every piece of advice in the co-production record first."
    named = set(vacancy.approvals.values_list("office", flat=True))
    if missing := [str(office.label) for office in Approval.Office if office not in named]:
        yield f"Human Resources must name who approves it: {', '.join(missing)}."
