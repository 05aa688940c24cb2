"""Requests about people's data wait for administrators."""

from apps.core.needs import DISCREET, Need, needs_you, permitted

from .models import DataRequest


def _open(user):
    if not user.has_perm(DataRequest.ANSWER):
        return DataRequest.objects.none()
    return DataRequest.objects.filter(
        state__in=(DataRequest.State.RECEIVED, DataRequest.State.IN_HAND)
    )


@needs_you(
    _open, may=permitted(DataRequest.ANSWER), shown=25, kind="Request about data", deadline=DISCREET
)
def data_requests(requests, user):
    """To be answered within a month."""
    return [
        Need(
            f"Answer the request {request.reference}",
            request.get_absolute_url(),
            due=request.due,
            detail=request.get_kind_display(),
        )
        for request in requests
    ]
