"""The id of the request at hand, for logs, audit entries and the reference on an error page."""

from contextvars import ContextVar

request_id = ContextVar("request_id", default="")
