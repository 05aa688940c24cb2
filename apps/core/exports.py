"""Lists as files for spreadsheets: sent row by row, and safe to open."""

import csv
from collections.abc import Iterable

from django.http import StreamingHttpResponse

# A cell that begins with one of these is a formula to a spreadsheet, whoever typed it.
FORMULA = tuple(
    "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


def cell(value):
    """The value as text that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def csv_response(filename, header, rows: Iterable):
    """A CSV file, streamed. Excel needs the mark at its beginning to see UTF-8."""
    writer = csv.writer(_Echo())

    def lines():
        yield "\ufeff" + writer.writerow(header)
        for row in rows:
            yield writer.writerow([cell(value) for value in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
