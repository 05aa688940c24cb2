"""What offers, checks, starts, reviews and training tell people."""

from datetime import timedelta

from apps.core import clock
from apps.core.dates import DAY, day, moment, morning_of, weekday_near
from apps.notifications.kinds import Default, Due, register
from apps.notifications.wording import BY_DAY, BY_MOMENT, ON_DAY, Case, Placeholder

from ..vacancies.events import human_resources, preparers
from ..vacancies.messages import (
    A_DATE,
    A_MOMENT,
    A_TEAM,
    A_VACANCY,
    ANSWER,
    REASON,
    SINCE,
    RecruitmentKind,
    until,
)
from .events import candidate, trained
from .models.appointment import Appointment, ReviewPoint
from .models.check import Check
from .models.offer import Offer

WEEK = timedelta(weeks=1)


class OfferKind(RecruitmentKind):
    """To the candidate and to Human Resources: the words are on the page behind the link.

    The candidate cannot stop what is about their own offer.
    """

    action = "See the offer"
    facts: tuple[tuple[str, str], ...] = (("Team", "{team}"),)
    placeholders = {"team": A_TEAM}

    def offer_of(self, subject):
        return subject

    def is_essential_to(self, subject, user):
        mine = user.pk == self.offer_of(subject).application.candidate_id
        return mine or super().is_essential_to(subject, user)

    def wanted(self, rule, subject, user):
        return Offer.objects.visible_to(user).filter(pk=self.offer_of(subject).pk).exists()

    def values(self, occurrence, reader):
        return {"team": self.offer_of(occurrence.subject).vacancy.team}

    def url(self, occurrence, reader):
        return self.offer_of(occurrence.subject).get_absolute_url()


@register
class Made(OfferKind):
    name = "recruitment.offer_made"
    alike = True
    label = "We would like to offer you the post"
    to_whom = "the candidate, when they are offered the post"
    essential = True
    subject_line = ANSWER
    text = "Read what it is, and what to think about before you answer. There is no hurry today."
    facts = (*OfferKind.facts, ("Please answer by", "{answer}"))
    placeholders = OfferKind.placeholders | {"answer": A_DATE}

    def values(self, occurrence, reader):
        answer_by = occurrence.subject.answer_by
        return super().values(occurrence, reader) | {"answer": day(answer_by)}


@register
class Unanswered(OfferKind):
    """The day before the answer is asked for, to the candidate; the day after, to HR."""

    name = "recruitment.offer_unanswered"
    label = "An offer waits for an answer"
    to_whom = (
        "the candidate, or Human Resources where its rule says so, while an offer is not answered"
    )
    subject_line = "An answer was asked for by {by}"
    text = "The candidate has not answered yet. Please ask whether they need longer."
    facts = (*OfferKind.facts, ("An answer is asked for by", "{answer}"))
    placeholders = OfferKind.placeholders | {"answer": A_DATE, "by": BY_DAY}
    cases = {
        "candidate": Case(
            when="to the candidate",
            subject_line="We are waiting to hear from you: {by}",
            text="We wait for your answer. If you need longer, tell us. You can ask us anything "
            "first.",
        )
    }
    audiences = {"candidate": "The candidate", "hr": "Human Resources"}
    defaults = (Default(1 * DAY, "candidate"), Default(-1 * DAY, "hr"))

    def case(self, occurrence, reader):
        mine = reader.pk == occurrence.subject.application.candidate_id
        return "candidate" if mine else ""

    def values(self, occurrence, reader):
        answer_by = occurrence.subject.answer_by
        dates_of_it = {"answer": day(answer_by), "by": weekday_near(answer_by)}
        return super().values(occurrence, reader) | dates_of_it

    def due(self, rule, now):
        for offer in Offer.objects.filter(state=Offer.State.CONDITIONAL):
            due_at = rule.due_at(morning_of(offer.answer_by))
            if offer.made_at < due_at <= now:
                yield Due(offer, due_at)

    def audience(self, rule, offer):
        return human_resources() if rule.audience == "hr" else candidate(offer)

    def wanted(self, rule, offer, user):
        open_ = offer.state == Offer.State.CONDITIONAL and not offer.application.paused_at
        return open_ and super().wanted(rule, offer, user)


@register
class Answered(OfferKind):
    name = "recruitment.offer_answered"
    label = "A candidate has answered an offer"
    to_whom = "everybody in Human Resources, when a candidate has answered an offer"
    subject_line = "Somebody has given their answer"
    text = "Please see what they answered, and what comes next."
    facts = (*OfferKind.facts, ("Answer", "{answer}"))
    placeholders = OfferKind.placeholders | {
        "answer": Placeholder("*Accepted* or *Declined*", "Accepted")
    }

    def values(self, occurrence, reader):
        declined = occurrence.subject.state == Offer.State.DECLINED
        answer = "Declined" if declined else "Accepted"
        return super().values(occurrence, reader) | {"answer": answer}


@register
class Cleared(OfferKind):
    """To the candidate, and to the manager and the peer lead, who prepare the first day."""

    name = "recruitment.offer_cleared"
    label = "Every check is in"
    to_whom = "the candidate, the manager and the peer lead, when every check is in"
    subject_line = "All is in: you can go on"
    text = (
        "Thank you. You are ready to start. If something would help you at work, tell us before "
        "your first day."
    )
    facts = (*OfferKind.facts, ("First day", "{first}"))
    placeholders = OfferKind.placeholders | {
        "first": Placeholder("the first day, if it is agreed", "10 December 2026")
    }
    cases = {
        "preparers": Case(
            when="to the manager and the peer lead",
            subject_line="All is in: please get ready",
            title="Somebody can start: prepare their first day",
            text="Every check is in. Please prepare their first day now.",
            action="See the vacancy",
        )
    }

    def wanted(self, rule, offer, user):
        return user in preparers(offer.vacancy) or super().wanted(rule, offer, user)

    def case(self, occurrence, reader):
        return "" if occurrence.subject.application.candidate_id == reader.pk else "preparers"

    def values(self, occurrence, reader):
        first = day(occurrence.subject.start_on)
        return super().values(occurrence, reader) | {"first": first}

    def url(self, occurrence, reader):
        if reader in preparers(occurrence.subject.vacancy):
            return occurrence.subject.vacancy.get_absolute_url()
        return super().url(occurrence, reader)


@register
class LeftRecorded(RecruitmentKind):
    """To whoever was in post: the end of it was recorded, with its day."""

    name = "recruitment.left_recorded"
    label = "It was recorded that you left your post"
    to_whom = "whoever was in post, when it is recorded that they left"
    essential = True
    because = "since it is about your own time in post"
    subject_line = "Please see whether this day is right: {on}"
    preview = "If it is wrong, please tell us."
    text = (
        "Is your last day right? If it is wrong, please tell Human Resources.\n\n"
        "In groups whose terms say how peer workers count, you say anew on which side you count."
    )
    action = "See your time in post"
    facts = (("Your last day", "{last}"),)
    placeholders = {"last": A_DATE, "on": ON_DAY}

    def wanted(self, rule, appointment, user):
        return appointment.is_over and appointment.user_id == user.pk

    def values(self, occurrence, reader):
        left_on = occurrence.subject.left_on
        return {"last": day(left_on), "on": weekday_near(left_on)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class TakenBack(OfferKind):
    name = "recruitment.offer_taken_back"
    alike = True
    label = "The offer was taken back"
    to_whom = "the candidate, when an offer is taken back"
    essential = True
    subject_line = ANSWER
    text = (
        "We are sorry. We have taken back the offer that we made you.\n\n"
        "The reason: {reason}\n\n"
        "If you would like to talk about it, write to us."
    )
    action = "See where you stand"
    placeholders = OfferKind.placeholders | {"reason": REASON}

    def values(self, occurrence, reader):
        reason = (occurrence.data or {}).get("reason", "")
        return super().values(occurrence, reader) | {"reason": reason}

    def url(self, occurrence, reader):
        return occurrence.subject.application.get_absolute_url()


@register
class CheckChase(OfferKind):
    """Every week, to whoever sees to a check that is not in."""

    name = "recruitment.check_chase"
    label = "An employment check is not in yet"
    to_whom = "whoever sees to an employment check, or Human Resources, while it is not in"
    subject_line = "Waited for since {since}: please see to it"
    text = "Please see to it: ask again for what is missing."
    facts = (*OfferKind.facts, ("Check", "{check}"))
    placeholders = OfferKind.placeholders | {
        "check": Placeholder("which check it is", "Identity"),
        "since": SINCE,
    }
    audiences = {"owner": "Who sees to it"}
    defaults = tuple(Default(-number * WEEK, "owner") for number in range(1, 9))

    def offer_of(self, check):
        return check.offer

    def values(self, occurrence, reader):
        check = occurrence.subject
        return super().values(occurrence, reader) | {
            "check": check.get_kind_display(),
            "since": weekday_near(check.begun_at),
        }

    def due(self, rule, now):
        open_ = Check.objects.exclude(state__in=Check.SETTLED).filter(
            offer__state=Offer.State.CHECKS
        )
        for check in open_.select_related("offer__application__vacancy"):
            due_at = rule.due_at(check.begun_at)
            if due_at <= now:
                yield Due(check, due_at)

    def audience(self, rule, check):
        return [check.owner] if check.owner else human_resources()

    def wanted(self, rule, check, user):
        open_ = not check.is_settled and check.offer.state == Offer.State.CHECKS
        return open_ and super().wanted(rule, check, user)


@register
class SecondReader(RecruitmentKind):
    """To the others in Human Resources: one of them has seen a paper, and two have to."""

    name = "recruitment.second_reader"
    label = "A check waits for a second person"
    to_whom = "the others in Human Resources, when one of them has seen a paper and two have to"
    subject_line = "Please look at something as a second person"
    text = "Somebody in Human Resources has seen it. Look at it yourself, then confirm."
    action = "See what waits"
    facts = (("Team", "{team}"),)
    placeholders = {"team": A_TEAM}

    def wanted(self, rule, thing, user):
        reads = user.has_perm("recruitment.handle_application", thing.scope)
        return reads and thing.waits_for_second(user)

    def values(self, occurrence, reader):
        vacancy = occurrence.subject.vacancy
        return {"team": vacancy and vacancy.team}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class RightToWorkEnds(RecruitmentKind):
    """To Human Resources: eight weeks, four weeks and one week before, and the day after."""

    name = "recruitment.right_to_work_ends"
    label = "A right to work ends: look at it again"
    to_whom = "everybody in Human Resources, as the right to work of somebody in post ends"
    subject_line = "Please look again at what ends on {on}"
    text = (
        "Talk with the person first, and in good time. Then ask for the new papers. Two of you "
        "look at them."
    )
    action = "See the record"
    facts = (("Team", "{team}"), ("Ends on", "{ends}"))
    placeholders = {"team": A_TEAM, "ends": A_DATE, "on": ON_DAY}
    audiences = {"hr": "Human Resources"}
    defaults = (
        Default(56 * DAY, "hr"),
        Default(28 * DAY, "hr"),
        Default(7 * DAY, "hr"),
        Default(-1 * DAY, "hr"),
    )

    def due(self, rule, now):
        ends = Appointment.objects.in_post().filter(right_to_work_until__isnull=False)
        for post in ends.select_related("vacancy"):
            due_at = rule.due_at(morning_of(post.right_to_work_until))
            if due_at <= now:
                yield Due(post, due_at)

    def version(self, post):
        return post.right_to_work_until.toordinal() if post.right_to_work_until else 0

    def audience(self, rule, post):
        return human_resources()

    def wanted(self, rule, post, user):
        ends = post.right_to_work_until is not None and not post.is_over
        return ends and user.has_perm("recruitment.handle_application", post)

    def values(self, occurrence, reader):
        post = occurrence.subject
        return {
            "team": post.vacancy and post.vacancy.team,
            "ends": day(post.right_to_work_until),
            "on": weekday_near(post.right_to_work_until),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class StartsSoon(OfferKind):
    """Two weeks, one week and a day before, to those who prepare the first day."""

    name = "recruitment.start"
    label = "Somebody starts soon"
    to_whom = "the manager and the peer lead, before somebody's first day"
    subject_line = "Please get everything ready for {on}"
    text = "Is everything ready: supervisors, induction, access, and what helps them?"
    action = "See the vacancy"
    facts = (("First day", "{first}"), *OfferKind.facts)
    placeholders = OfferKind.placeholders | {"first": A_DATE, "on": ON_DAY}
    audiences = {"preparers": "The manager and the peer lead"}
    defaults = (
        Default(14 * DAY, "preparers"),
        Default(7 * DAY, "preparers"),
        Default(1 * DAY, "preparers"),
    )

    def due(self, rule, now):
        agreed = Offer.objects.under_way().filter(start_on__gte=clock.date_of(now))
        for offer in agreed.select_related("application__vacancy"):
            due_at = rule.due_at(morning_of(offer.start_on))
            if offer.made_at < due_at <= now:
                yield Due(offer, due_at)

    def audience(self, rule, offer):
        return preparers(offer.vacancy)

    def wanted(self, rule, offer, user):
        return user in preparers(offer.vacancy) and offer.start_on is not None and not offer.is_over

    def values(self, occurrence, reader):
        start_on = occurrence.subject.start_on
        dates_of_it = {"first": day(start_on), "on": weekday_near(start_on)}
        return super().values(occurrence, reader) | dates_of_it

    def url(self, occurrence, reader):
        return occurrence.subject.vacancy.get_absolute_url()


@register
class ReviewDue(RecruitmentKind):
    """A week before and a week after each review point, to those who look after somebody."""

    name = "recruitment.review"
    label = "Time to ask how it goes"
    to_whom = "the manager and the peer lead, around the day of a talk about how it goes"
    subject_line = "A talk is due on {on}"
    preview = "Please ask somebody how it goes."
    title = "{label}: {point}"
    text = "Please talk with them about how it goes, then note what you agreed."
    action = "See the record"
    facts = (("Team", "{team}"), ("Due", "{due}"))
    placeholders = {
        "point": Placeholder("how long after the first day", "after 4 weeks"),
        "team": A_TEAM,
        "due": A_DATE,
        "on": ON_DAY,
    }
    audiences = {"preparers": "The manager and the peer lead"}
    defaults = (Default(3 * DAY, "preparers"), Default(-7 * DAY, "preparers"))

    def due(self, rule, now):
        open_ = ReviewPoint.objects.filter(
            held_on=None, in_post=None, due_on__lte=clock.date_of(now + 4 * DAY)
        )
        for point in open_.select_related("appointment__vacancy"):
            due_at = rule.due_at(morning_of(point.due_on))
            if due_at <= now:
                yield Due(point, due_at)

    def audience(self, rule, point):
        vacancy = point.appointment.vacancy
        return preparers(vacancy) if vacancy else human_resources()

    def wanted(self, rule, point, user):
        return point.is_open and user.has_perm("recruitment.look_after", point.appointment)

    def values(self, occurrence, reader):
        point = occurrence.subject
        vacancy = point.appointment.vacancy
        return {
            "point": point.words.lower(),
            "team": vacancy and vacancy.team,
            "due": day(point.due_on),
            "on": weekday_near(point.due_on),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.appointment.get_absolute_url()


@register
class JobForTrained(RecruitmentKind):
    """A post opens: to those who trained for such posts and hold none, while they can apply."""

    name = "recruitment.job_for_trained"
    label = "A post is open that you trained for"
    to_whom = "those who train or trained for such posts and hold none, when a vacancy opens"
    news = True
    subject_line = "Something new for you: open until {by}"
    preview = "Whether you take it up is up to you."
    title = "A post is open: {vacancy}"
    text = (
        "You trained for such posts. Whether you apply is up to you: nobody on the panel knows "
        "that you were told."
    )
    action = "Read about the post"
    facts = (("Team", "{team}"), ("Apply by", "{closes}"))
    placeholders = {"vacancy": A_VACANCY, "team": A_TEAM, "closes": A_MOMENT, "by": BY_MOMENT}

    def wanted(self, rule, vacancy, user):
        free = vacancy.is_open and not vacancy.has_part(user)
        return free and trained().filter(pk=user.pk).exclude(applications__vacancy=vacancy).exists()

    def values(self, occurrence, reader):
        vacancy = occurrence.subject
        return {
            "vacancy": vacancy.title,
            "team": vacancy.team,
            "closes": moment(vacancy.closes_at),
            "by": until(vacancy.closes_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_job_url()
