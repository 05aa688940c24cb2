"""The other counts, reckoned otherwise: as ``independent.py`` does those of groups' work."""

from collections import Counter
from datetime import timedelta

from apps.core.models import AuditEntry
from apps.governance.analysis.models import Analysis, Theme
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import Participation, Response
from apps.governance.documents.models.document import DocumentVersion
from apps.groups.models import Membership, WorkingGroup
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import SupportRequest
from apps.network.pairs.models import Pair
from apps.network.practice.models import Practice
from apps.network.seats.models import SeatRequest
from apps.payments.models import InvolvementClaim
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.selection.models.interview import Interview
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.selection.models.scoring import Round
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from apps.recruitment.vacancies.models.visit import VisitBooking
from apps.steering.models.review import Review, ReviewAssignment
from apps.taskgroups.models.output import Output

from .independent import LONDON, Sides, end_of, held_meetings, local, quarter, rows


def ends(quarters, now):
    """(quarter, its last day, the moment of its end), or today and now while it runs."""
    for first in quarters:
        last = end_of(first) - timedelta(days=1)
        over = now.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
        moment = over.replace(year=end_of(first).year, month=end_of(first).month, day=1)
        yield first, min(last, local(now)), min(moment, now)


def seats(quarters, now):
    closed = {
        int(one["subject_id"]): one["at"]
        for one in AuditEntry.objects.filter(action="close").values(
            "subject_id", "at", "subject_type__model"
        )
        if one["subject_type__model"] == "workinggroup"
    }
    sides, found = Sides(), Counter()
    for first, on, moment in ends(quarters, now):
        for group in rows(WorkingGroup):
            key = group["id"]
            if group["created_at"] >= moment or (key in closed and closed[key] < moment):
                continue
            leads = {
                sides.at(one["user_id"], moment)
                for one in rows(Membership)
                if one["group_id"] == key and one["role"] == "co_lead" and covers(one, on)
            }
            for side in ("lived_experience", "staff"):
                found[key, first, side, "seats"] += 1
                found[key, first, side, "held"] += side in leads
    return found


def covers(one, on):
    if one["ended_at"] and local(one["ended_at"]) <= on:
        return False
    return one["starts"] <= on and (one["ends"] is None or one["ends"] >= on)


def reviews(quarters, now):
    outputs = {one["id"]: one["group_id"] for one in rows(Output)}
    group = {one["id"]: outputs[one["output_id"]] for one in rows(Review)}
    found = Counter()
    for one in rows(ReviewAssignment):
        where = group[one["review_id"]], quarter(local(one["asked_at"]))
        found[*where, one["counted_as"], one["state"]] += 1
    return found


def over(now):
    for one in rows(Consultation):
        closed = one["closes_at"] is not None and one["closes_at"] <= now
        if one["state"] in ("closed", "published") or (one["state"] == "open" and closed):
            yield one


def consultations(quarters, now):
    found = Counter()
    for one in over(now):
        part = "published" if one["state"] == "published" else "waiting"
        found[one["group_id"], quarter(local(one["closes_at"])), "", part] += 1
    return found


def responses(quarters, now):
    """Of sides that the figures of the consultation do not hide."""
    sides, found = Sides().now, Counter()
    for one in over(now):
        theirs = Counter(
            sides[part["user_id"]]
            for part in rows(Participation)
            if part["consultation_id"] == one["id"]
        )
        asked = {user.constituency for user in Consultation.objects.get(pk=one["id"]).asked()}
        by_size = sorted((theirs[side], side) for side in asked | theirs.keys())
        hidden = [] if one["naming"] == "named" else [n for n, _ in by_size if n < 5]
        while 0 < len(hidden) < len(by_size) and (len(hidden) < 2 or sum(hidden) < 5):
            hidden.append(by_size[len(hidden)][0])
        for number, side in by_size[len(hidden) :]:
            found[one["group_id"], quarter(local(one["closes_at"])), side, ""] += number
    return found


def answers(quarters, now):
    found = Counter()
    for one in over(now):
        sent = [r for r in rows(Response) if r["consultation_id"] == one["id"] and r["sent"]]
        if one["naming"] == "named" or len(sent) >= 5:
            found[one["group_id"], quarter(local(one["closes_at"])), "", ""] += len(sent)
    return found


def themes(quarters, now):
    group = {one["id"]: one["group_id"] for one in rows(Consultation)}
    analyses, found = {one["id"]: one for one in rows(Analysis)}, Counter()
    for one in rows(Theme):
        analysis = analyses[one["analysis_id"]]
        if one["answer"] and analysis["published_at"]:
            when = quarter(local(analysis["published_at"]))
            found[group[analysis["consultation_id"]], when, "", one["answer"]] += 1
    return found


def documents(quarters, now):
    found = Counter()
    for one in rows(DocumentVersion):
        if one["approved_at"]:
            part = "first" if one["number"] == 1 else "changed"
            found[None, quarter(local(one["approved_at"])), "", part] += 1
    return found


def network(quarters, now):
    networks = {one["id"] for one in rows(WorkingGroup) if one["kind"] == "network"}
    sides, found = Sides(), {}
    for first, on, moment in ends(quarters, now):
        for one in rows(Membership):
            if one["group_id"] in networks and covers(one, on):
                side = sides.at(one["user_id"], moment)
                found.setdefault((None, first, side, ""), set()).add(one["user_id"])
    return Counter({key: len(people) for key, people in found.items()})


def practice(quarters, now):
    found = Counter()
    for first, _, moment in ends(quarters, now):
        for one in rows(Practice):
            if one["state"] == "published" and one["published_at"] < moment:
                found[None, first, "", f"borough {one['borough']}"] += 1
                found[None, first, "", f"kind {one['kind']}"] += 1
    return found


def pairs(quarters, now):
    found = Counter()
    for first, on, moment in ends(quarters, now):
        for one in rows(Pair):
            began = one["begun_on"] is not None and one["begun_on"] <= on
            if began and (one["ended_at"] is None or one["ended_at"] >= moment):
                found[None, first, "", "going"] += 1
    return found


def pairs_changed(quarters, now):
    found = Counter()
    for one in rows(Pair):
        if one["begun_on"]:
            found[None, quarter(one["begun_on"]), "", "begun"] += 1
            if one["ended_at"]:
                found[None, quarter(local(one["ended_at"])), "", "ended"] += 1
    return found


def seats_asked(quarters, now):
    found = Counter()
    for one in rows(SeatRequest):
        if one["state"] != "withdrawn":
            found[None, quarter(local(one["asked_at"])), "", ""] += one["seats"]
    return found


def turns(quarters, now):
    held = [
        one
        for one in rows(Membership)
        if one["role"] == "representative" and one["represents"] == "network"
    ]
    found = Counter()
    for one in held:
        before = any(
            other["user_id"] == one["user_id"] and other["starts"] < one["starts"] for other in held
        )
        part = "again" if before else "first"
        found[None, quarter(one["starts"]), "", part] += 1
    return found


def payments(quarters, now):
    paid, people = Counter(), {}
    for one in rows(InvolvementClaim):
        if one["state"] != "paid" or quarter(one["paid_on"]) == quarter(local(now)):
            continue
        for part in ("work", "expenses"):
            if one[f"{part}_total"]:
                key = None, quarter(one["paid_on"]), "", part
                paid[key] += one[f"{part}_total"]
                people.setdefault(key, set()).add(one["user_id"])
    return Counter(
        {key: 50 * round(paid[key] / 50) for key, some in people.items() if len(some) >= 5}
    )


def support(quarters, now):
    held, found = held_meetings_of_all_kinds(), Counter()
    arranged = [
        (int(one["subject_id"]), one["at"])
        for one in AuditEntry.objects.filter(
            action="arrange", subject_type__model="supportrequest"
        ).values("subject_id", "at")
    ]
    for one in rows(SupportRequest):
        starts = held.get(one["meeting_id"])
        if starts is None or one["state"] == "withdrawn" or one["asked_at"] > starts:
            continue
        in_time = any(key == one["id"] and at <= starts for key, at in arranged)
        part = "in_time" if one["state"] == "arranged" and in_time else "late"
        found[None, quarter(local(starts)), "", part] += 1
    return found


def held_meetings_of_all_kinds():
    held = {one["id"] for one in rows(Meeting) if one["state"] in ("held", "minuted")}
    assert held >= held_meetings().keys()
    return {one["id"]: one["starts_at"] for one in rows(Meeting) if one["id"] in held}


# --- recruitment: an application at a time, by what became of it ----------------------------------
def recruitment(quarters, now):
    found = Counter()
    interviews = {one["application_id"]: one["state"] for one in rows(Interview)}
    offers = {one["application_id"]: one["state"] for one in rows(Offer)}
    for one in rows(Application):
        if one["submitted_at"] is None or (first := opening(one["vacancy_id"])) is None:
            continue
        interview, offer = interviews.get(one["id"]), offers.get(one["id"])
        came = ["applied"]
        came += ["shortlisted"] if interview else []
        came += ["interviewed"] if interview == "held" else []
        came += ["offered"] if offer else []
        came += ["cleared"] if offer in ("cleared", "started") else []
        came += ["started"] if offer == "started" else []
        if offer == "declined":
            came.append("left_offered")
        elif one["state"] == "withdrawn" and not offer:
            last = {"interviewed": "interviewed", "shortlisted": "invited", "applied": "waiting"}
            came.append(f"left_{last[came[-1]]}")
        if one["state"] in ("not_shortlisted", "unsuccessful"):
            came.append("refused")
        for part in came:
            found[None, first, "", part] += 1
    for one in Outcome.objects.select_related("round", "blind"):
        told = one.result == "no" and one.sent_at and not one.ended_at and one.feedback
        if told and not one.blind.gone:
            found[None, opening(one.round.vacancy_id), "", "fed_back"] += 1
    for one in VisitBooking.objects.select_related("visit"):
        if (
            not one.visit.cancelled_at
            and one.visit.ends_at <= now
            and opening(one.visit.vacancy_id)
        ):
            found[None, opening(one.visit.vacancy_id), "", "visited"] += 1
    return found


def panels(quarters, now):
    found = Counter()
    ended = {
        one["id"] for one in rows(Vacancy) if one["state"] in ("filled", "unfilled", "withdrawn")
    }
    begun = {one["vacancy_id"] for one in rows(Round) if one["stage"] == "shortlisting"}
    for vacancy in begun & ended:
        found[None, opening(vacancy), "", "panel"] += 1
        peers = PanelMember.objects.filter(vacancy=vacancy, role="peer", removed_at=None)
        found[None, opening(vacancy), "", "peer_panel"] += bool(peers)
    return found


def opening(vacancy):
    """The quarter in which a vacancy opened."""
    at = Vacancy.objects.get(pk=vacancy).opened_at
    return at and quarter(local(at))
