"""What templates know of the session at hand."""

from django.utils.functional import SimpleLazyObject

from .middleware import left_over, page_before
from .session_life import notice


def session(request):
    """``session_notice``: that it ends, where that is near or soon done by doing nothing."""
    return {
        "session_notice": SimpleLazyObject(lambda: notice(request)),
        "back_from_here": SimpleLazyObject(lambda: back_from_here(request)),
        "left_over": SimpleLazyObject(lambda: left_over(request)),
    }


def back_from_here(request):
    """Where somebody was before they were asked who they are; home, where that would ask again."""
    before, wanted = page_before(request), request.GET.get("next", "")
    path = before.partition("?")[0]
    return "/" if path in (request.path, wanted.partition("?")[0]) else before
