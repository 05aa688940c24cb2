"""The text of files: read once for each file, kept with its entry."""

import logging
from pathlib import PurePath

from django.core.files.storage import storages

from . import file_text
from .models import Entry

log = logging.getLogger(__name__)


def keep(source, entries):
    """Give these entries the text of their files: what is held of the same file, or read now."""
    held = Entry.objects.filter(kind=source.kind, thing__in=[one.thing for one in entries])
    texts = {(thing, file): text for thing, file, text in held.values_list("thing", "file", "text")}
    rows = source.model._base_manager.in_bulk([one.thing for one in entries])
    for entry in entries:
        known = texts.get((entry.thing, entry.file))
        entry.text = _read(rows[entry.thing]) if known is None else known


def _read(upload):
    kind = file_text.KINDS.get(PurePath(upload.name).suffix.lower())
    if kind is None:
        return ""
    try:
        with storages["default"].open(str(upload.file.name)) as file:
            return file_text.read(kind, file.read())
    except OSError:
        log.warning("A file that is to be searched is not there: %s", upload.sha256[:12])
        return ""
