"""Structured logs: one JSON object a line, with the request and whose it is; nothing personal."""

import json
import logging
from datetime import UTC, datetime

from .requests import BY_ADDRESS, account, request_id


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message, request id, number of the account; a traceback's frames
    without its values.

    An exception's own text may hold what somebody typed, so only its type is kept.
    """

    def format(self, record):
        request = getattr(record, "request", None)  # answers are logged once the request is over
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
            "request_id": request_id.get() or getattr(request, "id", None),
            "account": account.get() or getattr(request, "account", None),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["frames"] = list(self.frames(record.exc_info[2]))
        return json.dumps({key: value for key, value in line.items() if value is not None})

    def message(self, record):
        """Django puts the path with its query string into some messages; keep the path alone, and
        of that nothing that is a secret.
        """
        text = record.getMessage().split("?", 1)[0]
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        secret = match.kwargs.get(BY_ADDRESS) if match else None
        return text.replace(secret, "(secret)") if secret else text

    def frames(self, tb):
        while tb:
            code = tb.tb_frame.f_code
            yield f"{code.co_filename}:{tb.tb_lineno} {code.co_name}"
            tb = tb.tb_next
