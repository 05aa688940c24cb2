"""Messages about one's data. Subject lines tell nothing."""

from apps.core import clock
from apps.core.dates import DAY, day, moment, morning_of
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .events import administrators
from .models import DataExport, DataRequest


@register
class CopyReady(Kind):
    name = "datarights.data_ready"
    label = "Something you asked for is ready"
    topic = Topic.GOVERNANCE
    urgent = essential = True
    because = "since you asked for it"

    def wanted(self, rule, export, user):
        return export.state == DataExport.State.READY

    def context(self, occurrence, user):
        export = occurrence.subject
        return {
            "title": "The copy of your data is ready",
            "lines": [
                f"You can download it until {moment(export.expires_at)}. Only you can, "
                "and you have to sign in. After that it is deleted."
            ],
            "url": export.get_absolute_url(),
            "action": "Go to the download",
        }


class RequestKind(Kind):
    """Something about a request."""

    topic = Topic.GOVERNANCE
    essential = True
    because = "since there is a day by which the law asks for an answer"

    def context(self, occurrence, user):
        request = occurrence.subject
        return {
            "title": f"{self.label}: {request.reference}",
            "facts": [("What", request.get_kind_display()), ("Answer by", day(request.due))],
            "url": request.get_absolute_url(),
            "action": "Go to the request",
        }


@register
class RequestReceived(RequestKind):
    name = "datarights.data_request"
    label = "A request about somebody's data"

    def wanted(self, rule, request, user):
        return request.is_open


@register
class RequestDue(RequestKind):
    """Before the month is over: to those who answer."""

    name = "datarights.data_request_due"
    label = "A request about somebody's data waits"
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

    def context(self, occurrence, user):
        request = occurrence.subject
        return {
            "title": f"Your request {request.reference} is answered",
            "facts": [
                ("What", request.get_kind_display()),
                ("Outcome", request.get_state_display()),
            ],
            "lines": ["You can read the answer when you have signed in."],
            "url": request.get_absolute_url(),
            "action": "Read the answer",
        }
