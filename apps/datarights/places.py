"""Where people find what is held about them, and where requests are answered."""

from apps.core.places import beneath, page, thing

from .models import DataRequest


def answers(user):
    return user.is_authenticated and user.has_perm(DataRequest.ANSWER)


page("Your data", "data_rights", also="copy erasure")
page("Your consents", "consents")
page(
    "Requests about data",
    "data_requests",
    under="administration",
    text="What people asked about their data, to be answered within a month.",
    order=30,
    shown=answers,
)
page(
    "How long we keep things",
    "retention",
    under="administration",
    text="The rules by which things are deleted, and what was.",
    order=50,
    shown=answers,
)
thing("Request", "data_request")
beneath("/data-requests/", "data_rights", shown=lambda user: not answers(user))
