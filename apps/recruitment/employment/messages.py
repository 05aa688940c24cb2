"""What offers, checks, starts, reviews and training tell people."""

from datetime import timedelta

from apps.core import clock
from apps.core.dates import DAY, day, moment, morning_of
from apps.notifications.kinds import Default, Due, register

from ..vacancies.events import human_resources, preparers
from ..vacancies.messages import NEWS, RecruitmentKind
from .events import candidate, trained
from .models.appointment import Appointment, ReviewPoint
from .models.check import Check
from .models.offer import Offer

WEEK = timedelta(weeks=1)


class OfferKind(RecruitmentKind):
    """To the candidate and to Human Resources: the words are on the page behind the link.

    The candidate cannot stop what is about their own offer.
    """

    lines = ()
    action = "See the offer"

    def offer_of(self, subject):
        return subject

    def is_essential_to(self, subject, user):
        mine = user.pk == self.offer_of(subject).application.candidate_id
        return mine or super().is_essential_to(subject, user)

    def wanted(self, rule, subject, user):
        return Offer.objects.visible_to(user).filter(pk=self.offer_of(subject).pk).exists()

    def facts(self, offer, user):
        return [("Team", offer.vacancy.team)]

    def context(self, occurrence, user):
        offer = self.offer_of(occurrence.subject)
        return {
            "title": self.label,
            "facts": self.facts(offer, user),
            "lines": list(self.lines),
            "url": offer.get_absolute_url(),
            "action": self.action,
        }


@register
class Made(OfferKind):
    name = "recruitment.offer_made"
    label = "We would like to offer you the post"
    subject = NEWS
    essential = True

    lines = ["Read what it is, and what to think of before you answer. There is no hurry today."]

    def facts(self, offer, user):
        return [*super().facts(offer, user), ("Please answer by", day(offer.answer_by))]


@register
class Unanswered(OfferKind):
    """The day before the answer is asked for, to the candidate; the day after, to HR."""

    name = "recruitment.offer_unanswered"
    label = "An offer waits for an answer"

    def facts(self, offer, user):
        return [*super().facts(offer, user), ("An answer is asked for by", day(offer.answer_by))]

    def context(self, occurrence, user):
        context = super().context(occurrence, user)
        if user.pk == occurrence.subject.application.candidate_id:
            context["lines"] = ["If you need longer, tell us. You can ask us anything first."]
        return context

    audiences = {"candidate": "The candidate", "hr": "Human Resources"}
    defaults = (Default(1 * DAY, "candidate"), Default(-1 * DAY, "hr"))

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

    def facts(self, offer, user):
        declined = offer.state == Offer.State.DECLINED
        return [*super().facts(offer, user), ("Answer", "Declined" if declined else "Accepted")]


@register
class Cleared(OfferKind):
    """To the candidate, and to the manager and the peer lead, who prepare the first day."""

    name = "recruitment.offer_cleared"
    label = "Every check is in"
    subject = NEWS

    def wanted(self, rule, offer, user):
        return user in preparers(offer.vacancy) or super().wanted(rule, offer, user)

    def context(self, occurrence, user):
        offer = occurrence.subject
        context = super().context(occurrence, user)
        if offer.start_on:
            context["facts"].append(("First day", day(offer.start_on)))
        if user.pk == offer.application.candidate_id:
            context["lines"] = [
                "Thank you. You are ready to start. If something would help you "
                "at work, tell us before your first day."
            ]
        if user in preparers(offer.vacancy):
            context |= {
                "title": "Somebody can start: prepare their first day",
                "url": offer.vacancy.get_absolute_url(),
                "action": "See the vacancy",
            }
        return context


@register
class LeftRecorded(RecruitmentKind):
    """To whoever was in post: the end of it was recorded, with its day."""

    name = "recruitment.left_recorded"
    label = "It was recorded that you left your post"
    subject = NEWS
    essential = True
    because = "since it is about your own time in post"

    def wanted(self, rule, appointment, user):
        return appointment.is_over and appointment.user_id == user.pk

    def context(self, occurrence, user):
        appointment = occurrence.subject
        return {
            "title": self.label,
            "facts": [("Your last day", day(appointment.left_on))],
            "lines": [
                "If that is wrong, please tell Human Resources. In groups whose terms say how peer "
                "workers count, you say anew on which side you count."
            ],
            "url": appointment.get_absolute_url(),
            "action": "See your time in post",
        }


@register
class TakenBack(OfferKind):
    name = "recruitment.offer_taken_back"
    label = "The offer was taken back"
    subject = NEWS
    essential = True

    def context(self, occurrence, user):
        reason = (occurrence.data or {}).get("reason", "")
        return super().context(occurrence, user) | {
            "lines": [
                "We are sorry.",
                f"The reason: {reason}",
                "If you would like to talk about it, write to us.",
            ],
            "url": occurrence.subject.application.get_absolute_url(),
            "action": "See where you stand",
        }


@register
class CheckChase(OfferKind):
    """Every week, to whoever sees to a check that is not in."""

    name = "recruitment.check_chase"
    label = "An employment check is not in yet"
    audiences = {"owner": "Who sees to it"}
    defaults = tuple(Default(-number * WEEK, "owner") for number in range(1, 9))

    def offer_of(self, check):
        return check.offer

    def context(self, occurrence, user):
        check, context = occurrence.subject, super().context(occurrence, user)
        return context | {"facts": [*context["facts"], ("Check", check.get_kind_display())]}

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

    def wanted(self, rule, thing, user):
        reads = user.has_perm("recruitment.handle_application", thing.scope)
        return reads and thing.waits_for_second(user)

    def context(self, occurrence, user):
        thing = occurrence.subject
        return {
            "title": self.label,
            "facts": [("Team", thing.vacancy.team)] if thing.vacancy else [],
            "lines": [
                "Somebody in Human Resources has seen it. Look at it yourself, then confirm."
            ],
            "url": thing.get_absolute_url(),
            "action": "See what waits",
        }


@register
class RightToWorkEnds(RecruitmentKind):
    """To Human Resources: eight weeks, four weeks and one week before, and the day after."""

    name = "recruitment.right_to_work_ends"
    label = "A right to work ends: look at it again"
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

    def context(self, occurrence, user):
        post = occurrence.subject
        return {
            "title": self.label,
            "facts": [
                *([("Team", post.vacancy.team)] if post.vacancy else []),
                ("Ends on", day(post.right_to_work_until)),
            ],
            "lines": ["Ask them in good time, and talk with them first. Two of you look at it."],
            "url": post.get_absolute_url(),
            "action": "See the record",
        }


@register
class StartsSoon(OfferKind):
    """Two weeks, one week and a day before, to those who prepare the first day."""

    name = "recruitment.start"
    label = "Somebody starts soon"
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

    def context(self, occurrence, user):
        offer = occurrence.subject
        return {
            "title": "Somebody starts soon",
            "facts": [("First day", day(offer.start_on)), ("Team", offer.vacancy.team)],
            "lines": ["Is everything ready: supervisors, induction, access, and what helps them?"],
            "url": offer.vacancy.get_absolute_url(),
            "action": "See the vacancy",
        }


@register
class ReviewDue(RecruitmentKind):
    """A week before and a week after each review point, to those who look after somebody."""

    name = "recruitment.review"
    label = "Time to ask how it goes"
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

    def context(self, occurrence, user):
        point = occurrence.subject
        vacancy = point.appointment.vacancy
        return {
            "title": f"Time to ask how it goes: {point.words.lower()}",
            "facts": [*([("Team", vacancy.team)] if vacancy else []), ("Due", day(point.due_on))],
            "url": point.appointment.get_absolute_url(),
            "action": "See the record",
        }


@register
class JobForTrained(RecruitmentKind):
    """A post opens: to those who trained for such posts and hold none, while they can apply."""

    name = "recruitment.job_for_trained"
    label = "A post is open that you trained for"
    news = True
    subject = NEWS

    def wanted(self, rule, vacancy, user):
        free = vacancy.is_open and not vacancy.has_part(user)
        return free and trained().filter(pk=user.pk).exclude(applications__vacancy=vacancy).exists()

    def context(self, occurrence, user):
        vacancy = occurrence.subject
        return {
            "title": f"A post is open: {vacancy.title}",
            "facts": [("Team", vacancy.team), ("Apply by", moment(vacancy.closes_at))],
            "lines": [
                "You trained for such posts. Whether you apply is up to you: nobody on the "
                "panel knows that you were told."
            ],
            "url": vacancy.get_job_url(),
            "action": "Read about the post",
        }
