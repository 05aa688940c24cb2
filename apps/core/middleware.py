"""Request ids, and the pages for what can go wrong between people."""

import uuid

from django.http import Http404
from django.shortcuts import render

from .exceptions import Conflict, NotYet
from .requests import request_id


class RequestIdMiddleware:
    """Give every request an id: in the logs, in audit entries, and on the 500 page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid.uuid4().hex[:12]
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = request.id
        return response


class ConflictMiddleware:
    """Turn a lost race into a 409 page and a guard's refusal into a 422 page.

    An address with a null byte is nothing's: PostgreSQL cannot even be asked for it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Conflict):
            context = {"message": str(exception), "subject": exception.subject}
            return render(request, "409.html", context, status=409)
        if isinstance(exception, NotYet):
            return render(request, "422.html", {"message": str(exception)}, status=422)
        return None
