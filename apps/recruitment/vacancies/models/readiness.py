"""Readiness: a team gets ready before it asks for a peer, and two people say that it has.

The list follows ImROC's seventeenth briefing (preparing managers, teams, Human Resources and
occupational health for peer workers) and the trust's own evaluation of its programme.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from apps.core import clock
from apps.core.models import record
from apps.core.moves import Missing, effect, requirement

from .vacancy import Vacancy, of_human_resources

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
        PermissionDenied, IllegalMove where the list is no longer open, or NotYet.
        """
        sides = vacancy.sides_of(by)
        if not sides:
            raise PermissionDenied
        vacancy.permit("sign_readiness", by=by)
        [side] = sides
        keys, now = keys & READINESS.keys(), clock.now()
        for line in vacancy.readiness.all():
            wanted, there = line.key in keys, getattr(line, f"{side}_at") is not None
            if wanted != there:
                setattr(line, side, by if wanted else None)
                setattr(line, f"{side}_at", now if wanted else None)
                line.save(update_fields=[side, f"{side}_at"])
        record("sign_readiness", vacancy, by=by, note=", ".join(sorted(keys)))


# --- what must be so, what follows ----------------------------------------------------------------
WORDS = {
    "summary": "a plain summary",
    "description": "the job description",
    "hours": "the pattern of hours",
    "team": "the team",
    "borough": "the borough",
    "legal_rationale": "why lived experience is asked for",
}


@requirement
def is_written(vacancy, by):
    missing = [label for name, label in WORDS.items() if not getattr(vacancy, name).strip()]
    if missing:
        yield Missing(f"Still to be written: {', '.join(missing)}.", _page(vacancy, "texts"))


@requirement
def asks_for_something_essential(vacancy, by):
    if not vacancy.criteria.filter(stage="shortlisting", weight="essential").exists():
        yield Missing(
            "Add at least one essential criterion that is looked at in the application.",
            reverse("criteria", args=[vacancy.reference]),
        )


@requirement
def has_manager_and_peer_lead(vacancy, by):
    if vacancy.manager_id is None or vacancy.peer_lead_id is None:
        yield of_human_resources(
            vacancy,
            by,
            "Human Resources must name the manager and the peer lead first.",
            "vacancy_person",
            "manager" if vacancy.manager_id is None else "peer_lead",
        )


@requirement
def every_line_is_signed(vacancy, by):
    """By both, who are two people; where one side has signed everything, it is the other's turn."""
    rows = list(vacancy.readiness.all())
    if any(line.manager_id is not None and line.manager_id == line.peer_lead_id for line in rows):
        yield Missing(
            "One person signed for both sides. The readiness list needs two different people.",
            reverse("readiness", args=[vacancy.reference]),
        )
    lines = [(line.manager_at, line.peer_lead_at) for line in rows]
    unsigned = [line for line in lines if None in line]
    if not unsigned:
        return
    words = "line" if len(unsigned) == 1 else "lines"
    waits = {
        "the manager": any(manager is None for manager, _ in unsigned),
        "the peer lead": any(peer_lead is None for _, peer_lead in unsigned),
    }
    turns = [who for who, is_theirs in waits.items() if is_theirs]
    yield Missing(
        f"{len(unsigned)} {words} of the readiness list still need both signatures.",
        reverse("readiness", args=[vacancy.reference]),
        turns[0] if len(turns) == 1 else "",
    )


@requirement
def supervisors_are_named(vacancy, by):
    if not (vacancy.line_supervisor.strip() and vacancy.peer_supervisor.strip()):
        yield Missing("Name the line supervisor and the peer supervisor.", _page(vacancy, "terms"))


@requirement
def posts_are_funded(vacancy, by):
    if not (vacancy.cost_code.strip() and vacancy.position_number.strip()):
        yield Missing(
            "Give the cost code and the position number: the posts must be funded.",
            _page(vacancy, "terms"),
        )


@requirement
def advice_is_answered(vacancy, by):
    if vacancy.advice.filter(answer="").exists():
        yield Missing(
            "Answer every piece of advice in the co-production record first.",
            reverse("coproduction", args=[vacancy.reference]),
        )


def _page(vacancy, name):
    """Pages of those who prepare it, which are all who can make these moves."""
    return reverse(f"vacancy_{name}", args=[vacancy.reference])


@effect
def list_begins(vacancy, entry):
    Readiness.objects.bulk_create(
        [Readiness(vacancy=vacancy, key=key) for key in READINESS], ignore_conflicts=True
    )


@effect
def signatures_go(vacancy, entry):
    """They were for words that can now change."""
    vacancy.readiness.all().delete()


@effect
def side_signs_anew(vacancy, sides):
    """Whoever is named for a side signs for themselves: what another signed there goes."""
    if sides and not vacancy.has_opened:
        gone = {name: None for side in sides for name in (side, f"{side}_at")}
        vacancy.readiness.update(**gone)


@effect
def supervision_is_signed_anew(vacancy, changed):
    """Both signed that these supervisors are named and have agreed, and not others."""
    if {"line_supervisor", "peer_supervisor"} & set(changed):
        lines = vacancy.readiness.filter(key="supervision")
        lines.update(manager=None, manager_at=None, peer_lead=None, peer_lead_at=None)
