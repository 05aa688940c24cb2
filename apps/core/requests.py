"""The request at hand: its id for logs, audit entries and error pages; whose it is for logs."""

from contextvars import ContextVar

request_id = ContextVar("request_id", default="")
account = ContextVar("account", default=None)  # the number of whoever is signed in

# The name of an argument of an address that is a secret: whoever has the address reads the page.
BY_ADDRESS = "token"
