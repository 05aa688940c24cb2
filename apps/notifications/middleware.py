"""Whoever reads a thing has read what they were told of it."""

from .unread import about


class ReadingMiddleware:
    """Mark the messages that lead to a page as read once it was shown to whom they are for.

    It stands after what asks who somebody is. Mail programs that fetch a link are nobody: nothing
    is read by them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        told = getattr(request, "_told_of_it", None)
        if told is not None and response.status_code == 200:
            told.read()
        return response

    def process_view(self, request, view, args, kwargs):
        user = getattr(request, "_cached_user", None)  # whom nothing asked for is nobody yet
        looks = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
        found = about(user, request.path) if looks and user else None
        if found:
            request._told_of_it, user.unread = found  # the page says how many are left
