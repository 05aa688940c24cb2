"""Vacancies taken through selecting as the site does it: redacted, scored, decided, told."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from apps.recruitment.applications.models.application import Application, Job, Referee
from apps.recruitment.selection.models.blind import copy_all
from apps.recruitment.selection.models.interview import Interview, InterviewPlan, Slot
from apps.recruitment.selection.models.outcome import Outcome, release, tell, to_send
from apps.recruitment.selection.models.sheet import PanelDeclaration, Sheet
from apps.recruitment.vacancies.models.vacancy import Criterion, Vacancy
from tests.factories import UserFactory

from .. import making

GOOD, SOME, NONE = 2, 1, 0
Stage = Criterion.Stage


def person(number):
    """A candidate whose every trait is a string of its own, for finding it where it must not be."""
    return UserFactory(
        full_name=f"Zebedee{number} Quillfeather{number}",
        email=f"zebedee{number}@quill.example",
        phone=f"07700 9{number:05}",
    )


def apply(vacancy, number, **fields):
    """An application that names its candidate, school, employer and referee in every answer."""
    candidate = person(number)
    words = (
        f"I am {candidate.full_name}. I went to Larkspur{number} Grammar School until 1987 and "
        f"worked at Wickerbeam{number} Holdings. Ask Ottoline{number} Brambleby{number}. I live at "
        f"{number} Yarrowfield{number} Lane. Since 14 March 2011 I listen without judging."
    )
    fields = {
        "full_name": candidate.full_name,
        "phone": candidate.phone,
        "email": candidate.email,
        "address": f"{number} Yarrowfield{number} Lane\nBromley\nBR1 {number % 10}ZQ",
        "adjustments": f"Adjustmentwish{number}",
    } | fields
    made = making.application(vacancy, candidate, words=words, **fields)
    Job.objects.create(
        application=made, employer=f"Wickerbeam{number} Holdings", title="Porter", began="1987"
    )
    Referee.objects.create(
        application=made,
        name=f"Ottoline{number} Brambleby{number}",
        relation="Manager",
        email=f"ottoline{number}@ref.example",
        phone=f"07700 8{number:05}",
    )
    return made


def strings(application):
    """What of an application must not be on any page of a panel while it is blind."""
    candidate, referee = application.candidate, application.referees.get()
    found = {
        application.reference,
        application.email,
        application.phone,
        candidate.full_name,
        *candidate.full_name.split(),
        *application.address.split("\n")[::2],
        referee.email,
        *referee.name.split(),
        referee.phone,
        application.jobs.get().employer.split()[0],
        application.adjustments,
        application.submitted_at.isoformat()[:16],
        "until 1987",
        "14 March 2011",
    }
    school = next(a.text for a in application.answers.all()).split(" Grammar")[0].split()[-1]
    return found | {school}


def closed(number=3, **fields):
    """A closed vacancy with a panel of three and applications: (vacancy, {role: user})."""
    vacancy = making.vacancy(state="closed", **fields)
    people = making.panel(vacancy)
    for each in range(1, number + 1):
        apply(vacancy, each)
    return vacancy, people


def redact(vacancy, *, by=None):
    """Every copy made and signed by Human Resources."""
    by = by or vacancy.created_by
    list(copy_all(vacancy))
    for blind in vacancy.blind_applications.select_related("redaction__application__vacancy"):
        if blind.redaction.signed_at is None:
            blind.redaction.blind = blind
            blind.redaction.write(blind.redaction.revision, {}, by=by, sign=True)


def declare(vacancy):
    for seat in vacancy.panel.serving().select_related("user"):
        seat.vacancy = vacancy
        PanelDeclaration.make(seat, "none", by=anew(seat.user))


def anew(user):
    """As each request reads somebody: without what they were found to hold before."""
    return type(user).objects.get(pk=user.pk)


def shortlisting(number=3, **fields):
    vacancy, people = closed(number, **fields)
    redact(vacancy)
    declare(vacancy)
    vacancy.move("start_shortlisting", by=anew(vacancy.created_by))
    return vacancy, people


def round_of(vacancy, stage=Stage.SHORTLISTING):
    found = vacancy.rounds.get(stage=stage)
    found.vacancy = Vacancy.objects.get(pk=vacancy.pk)
    return found


def fill(round_, seat, blind, points=GOOD, *, lock=True):
    """One member's sheet for one candidate."""
    user = anew(seat.user)
    sheet = Sheet.for_member(round_, seat, blind.pk)
    scores = {c.pk: (points, f"Seen by {seat.pk}.") for c in round_.criteria()}
    sheet.write(sheet.revision, scores, by=user)
    if lock:
        sheet.lock_it(by=user)
    return sheet


def seats(vacancy):
    return list(vacancy.panel.serving().select_related("user", "vacancy", "declaration"))


def score_all(vacancy, points=None, stage=Stage.SHORTLISTING):
    """Everybody locks everything; ``points`` gives {label: points} where not all get the same."""
    round_ = round_of(vacancy, stage)
    for seat in seats(vacancy):
        owed, locked = round_.owed_by(seat)
        for blind in round_.blinds():
            if blind.pk in owed - locked:
                fill(round_, seat, blind, (points or {}).get(blind.label, GOOD))
    return round_


def chair(vacancy):
    return anew(vacancy.panel.serving().get(role="chair").user)


def another(vacancy):
    """The member of the panel, not its chair, who scored most candidates."""
    scored = Count("sheets", filter=Q(sheets__state="locked", sheets__round__closed_at=None))
    others = vacancy.panel.serving().exclude(role="chair").annotate(scored=scored)
    return anew(others.order_by("-scored", "pk").first().user)


def conclude(vacancy, name):
    """The chair says what the panel decided, and another member that it did."""
    for by in (chair, another):
        vacancy.move(name, by=by(vacancy))


def decide(round_, result_of):
    """The chair records an outcome for each: {label: yes, reserve or no}."""
    by = chair(round_.vacancy)
    for blind in round_.vacancy.blind_applications.filter(label__in=result_of):
        result = result_of[blind.label]
        until = timezone.localdate() + timedelta(days=90)
        Outcome.decide(
            round_,
            blind,
            by=by,
            result=result,
            reason="As we talked.",
            feedback="Say more." if result == "no" else "",
            reserve_until=until if round_.is_interview else None,
        )


def answer(vacancy, result_of):
    """Human Resources answer the locked shortlist: {label: yes or no}."""
    round_, by = round_of(vacancy), anew(vacancy.created_by)
    for blind in vacancy.blind_applications.filter(label__in=result_of):
        result = result_of[blind.label]
        feedback = "Say more." if result == "no" else ""
        Outcome.answer(round_, blind, by=by, result=result, reason="So.", feedback=feedback)


def results(vacancy, *names):
    """Outcomes for the candidates of a vacancy in the order of their numbers."""
    blinds = vacancy.blind_applications.order_by("redaction__application__pk")
    return {blind.label: name for blind, name in zip(blinds, names, strict=True)}


def shortlisted(*names):
    """Locked, with these outcomes recorded: (vacancy, people)."""
    vacancy, people = shortlisting(len(names))
    decide(score_all(vacancy), results(vacancy, *names))
    conclude(vacancy, "lock_shortlist")
    return vacancy, people


def send(vacancy, stage=Stage.SHORTLISTING):
    release(round_of(vacancy, stage), by=anew(vacancy.created_by))
    return [tell(pk) for pk in to_send().values_list("pk", flat=True)]


def planned(*names):
    """Everybody told, and interviews released with times in ten days."""
    vacancy, people = shortlisted(*names)
    send(vacancy)
    plan(vacancy)
    return vacancy, people


def plan(vacancy):
    vacancy.refresh_from_db()
    by = anew(vacancy.created_by)
    plan = InterviewPlan.of(vacancy, by=by)
    plan.change(plan.revision, by=by, format="in_person", place="The Hub, room 2", minutes=45)
    for criterion in vacancy.criteria.filter(stage=Stage.INTERVIEW):
        plan.questions.create(criterion=criterion, text="What keeps you well?", scoring="Plans")
    base = (timezone.now() + timedelta(days=14)).replace(minute=0, second=0, microsecond=0)
    invited = vacancy.interviews.counting().count()
    plan.add_slots([base + timedelta(hours=n) for n in range(invited)], by=by)
    plan.release(by=by)


def book_all(vacancy):
    slots = list(Slot.objects.filter(plan__vacancy=vacancy))
    for interview, slot in zip(own_interviews(vacancy), slots, strict=True):
        interview.choose(slot.pk, by=anew(interview.application.candidate))


def own_interviews(vacancy):
    rows = Interview.objects.filter(vacancy=vacancy).order_by("application__pk")
    return list(rows.select_related("application__vacancy", "application__candidate", "slot"))


def interviewing(*names):
    """Booked and held, ready to be scored."""
    vacancy, people = planned(*names)
    hold(vacancy)
    return vacancy, people


def hold(vacancy):
    book_all(vacancy)
    vacancy.move("start_interviews", by=anew(vacancy.created_by))
    past = timezone.now() - timedelta(hours=3)
    for number, slot in enumerate(Slot.objects.filter(plan__vacancy=vacancy)):
        at = past + timedelta(minutes=number)
        Slot.objects.filter(pk=slot.pk).update(starts_at=at, ends_at=at + timedelta(minutes=45))
    for interview in own_interviews(vacancy):
        interview.vacancy.refresh_from_db()
        interview.record_attendance(True, by=anew(vacancy.created_by))


def states(vacancy):
    rows = Application.objects.filter(vacancy=vacancy).order_by("pk")
    return list(rows.values_list("state", flat=True))
