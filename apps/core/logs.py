"""Structured logs: one JSON object a line, with the request id and nothing personal."""

import json
import logging
from datetime import UTC, datetime

from .requests import request_id


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message, request id; a traceback's frames without its values.

    An exception's own text may hold what somebody typed, so only its type is kept.
    """

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
            "request_id": request_id.get() or None,
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["frames"] = list(self.frames(record.exc_info[2]))
        return json.dumps({key: value for key, value in line.items() if value is not None})

    def message(self, record):
        """Django puts the path with its query string into some messages; keep the path alone."""
        return record.getMessage().split("?", 1)[0]

    def frames(self, tb):
        while tb:
            code = tb.tb_frame.f_code
            yield f"{code.co_filename}:{tb.tb_lineno} {code.co_name}"
            tb = tb.tb_next
