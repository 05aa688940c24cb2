"""Messages about one's data. Subject lines and previews tell nothing."""

from apps.core import clock, dates
from apps.core.dates import DAY, day, moment, morning_of, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import BY_DAY, BY_MOMENT, Placeholder

from .events import administrators
from .models import DataExport, DataRequest


@register
class CopyReady(Kind):
    name = "datarights.data_ready"
    label = "Something you asked for is ready"
    to_whom = "whoever asked for a copy of their data, when it is ready"
    topic = Topic.GOVERNANCE
    urgent = essential = True
    because = "since you asked for it"
    subject_line = "What you asked for: ready until {by}"
    preview = "Only you can open it, and you have to sign in."
    title = "The copy of your data is ready"
    text = (
        "You can download it until {until}. Only you can, and you have to sign in. After that it "
        "is deleted."
    )
    action = "Go to the download"
    placeholders = {
        "until": Placeholder("day and time", "Thursday 10 December 2026, 10am"),
        "by": BY_MOMENT,
    }

    def wanted(self, rule, export, user):
        return export.state == DataExport.State.READY

    def values(self, occurrence, reader):
        ends = occurrence.subject.expires_at
        return {"until": moment(ends), "by": f"{dates.clock(ends)} on {weekday_near(ends)}"}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class RequestKind(Kind):
    """Something about a request."""

    topic = Topic.GOVERNANCE
    essential = True
    because = "since there is a day by which the law asks for an answer"
    preview = "Open it when you have a quiet moment."
    title = "{label}: {reference}"
    action = "Go to the request"
    facts: tuple[tuple[str, str], ...] = (("What", "{what}"), ("Answer by", "{due}"))
    placeholders = {
        "reference": Placeholder("the reference of the request", "DR-7KMR2X9"),
        "what": Placeholder("what is asked for", "Correct something that is wrong"),
        "due": Placeholder("the last day for an answer, with its year", "10 December 2026"),
        "by": BY_DAY,
    }

    def values(self, occurrence, reader):
        request = occurrence.subject
        return {
            "reference": request.reference,
            "what": request.get_kind_display(),
            "due": day(request.due),
            "by": weekday_near(request.due),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class RequestReceived(RequestKind):
    name = "datarights.data_request"
    label = "A request about somebody's data"
    to_whom = "the administrators, when somebody asks for something about their data"
    subject_line = "Somebody needs an answer by {by}"
    text = "Please read what they ask for, and answer in time."

    def wanted(self, rule, request, user):
        return request.is_open


@register
class RequestDue(RequestKind):
    """Before the month is over: to those who answer."""

    name = "datarights.data_request_due"
    label = "A request about somebody's data waits"
    to_whom = "the administrators, while a request about somebody's data is not answered"
    subject_line = "Still to be answered by {by}"
    text = "It is not answered yet. Please answer it."
    audiences = {"administrators": "Administrators"}
    defaults = (
        Default(7 * DAY, "administrators"),
        Default(2 * DAY, "administrators"),
        Default(-DAY, "administrators"),
    )

    def due(self, rule, now):
        for request in DataRequest.objects.open().filter(due__lte=clock.date_of(now + rule.offset)):
            at = rule.due_at(morning_of(request.due))
            if request.asked_at < at <= now:
                yield Due(request, at)

    def audience(self, rule, request):
        return administrators()

    def wanted(self, rule, request, user):
        return request.is_open


@register
class RequestSettled(RequestKind):
    name = "datarights.data_request_settled"
    label = "Your request is answered"
    to_whom = "whoever asked for something about their data, when it is answered"
    subject_line = "What you asked us is answered"
    title = "Your request {reference} is answered"
    text = "You can read the answer when you have signed in."
    action = "Read the answer"
    facts = (("What", "{what}"), ("Outcome", "{outcome}"))
    placeholders = RequestKind.placeholders | {"outcome": Placeholder("what came of it", "Done")}

    def values(self, occurrence, reader):
        outcome = occurrence.subject.get_state_display()
        return super().values(occurrence, reader) | {"outcome": outcome}
