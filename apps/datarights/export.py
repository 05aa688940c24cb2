"""A copy of everything held about a person: data.json, a page to read, and their own files."""

import json
import tempfile
import zipfile
from pathlib import PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db.models import F
from django.template.loader import render_to_string

from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.personal import HELD, consents_of

from .events import copy_ready
from .models import DataExport

# What a person would look for and not find, and why.
NOT_HERE = (
    "Answers that were given without a name cannot be found, by anybody: feedback on "
    "Conversations, and anonymous answers to consultations.",
    "What others wrote about their own lives or work is theirs, even where it mentions you.",
    "Passwords and other secrets of sign-in are not given out, to you either.",
)
TRIES = 3


def make_waiting():
    """Make every copy that waits; one that was left half made begins anew. How many are ready."""
    made = 0
    for export in DataExport.objects.waiting().select_related("user"):
        now = clock.now()
        claimed = (
            DataExport.objects.waiting()
            .filter(pk=export.pk)
            .update(
                state=DataExport.State.MAKING,
                claimed_at=now,
                attempts=F("attempts") + 1,
                done=0,
                total=len(HELD) + 1,
            )
        )
        if not claimed:
            continue
        if export.attempts >= TRIES:
            DataExport.objects.filter(pk=export.pk).update(state=DataExport.State.FAILED)
            continue
        made += make(export, now)
    return made


def make(export, claimed_at):
    """Make one; False where it was taken back meanwhile."""
    mine = DataExport.objects.filter(pk=export.pk, claimed_at=claimed_at)
    storage = storages["default"]
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            told = collect(export.user, archive, lambda done: mine.update(done=done))
            archive.writestr("data.json", json.dumps(told, indent=1, ensure_ascii=False))
            archive.writestr("index.html", render_to_string("datarights/copy.html", told))
        size = file.tell()
        file.seek(0)
        storage.delete(export.file)  # of a worker that died before it could say so
        storage.save(export.file, File(file))
    ready = mine.update(
        state=DataExport.State.READY, ready_at=clock.now(), size=size, done=F("total")
    )
    if not ready:
        storage.delete(export.file)
        return False
    export.refresh_from_db()
    copy_ready(export)
    return True


def collect(user, archive=None, progress=lambda done: None):
    """Everything, as it goes into the file; the person's own files go into ``archive``."""
    held, named = [], []
    for done, one in enumerate(HELD.values(), start=1):
        rows = []
        for row in one.rows(user).iterator(chunk_size=500):
            told = one.told(row, user)
            for name in one.files:
                told["File"] = _add_file(archive, one, row, name)
            rows.append(told)
        if rows:
            held.append({"what": one.says, "kind": one.model._meta.label, "rows": rows})
        for field, rows in one.mentioning(user):
            numbers = list(rows.values_list("pk", flat=True))
            if numbers:
                verbose = one.model._meta.get_field(field).verbose_name
                named.append(
                    {
                        "kind": str(one.model._meta.verbose_name),
                        "as": str(verbose),
                        "numbers": numbers,
                    }
                )
        progress(done)
    others = AuditEntry.objects.about(user).exclude(by=user)
    return {
        "site": settings.SITE_NAME,
        "made_at": clock.now().isoformat(),
        "for": user.full_name,
        "held": held,
        "named_on": named,
        "done_to_your_account": [
            {"when": entry.at.isoformat(), "what": entry.what, "note": entry.note}
            for entry in others.iterator(chunk_size=500)
        ],
        "agreed_to": [
            {"what": consent.what, "since": consent.since and consent.since.isoformat()}
            for consent in consents_of(user)
        ],
        "not_here": list(NOT_HERE),
    }


def _add_file(archive, held, row, name):
    """Where in the ZIP file the upload is."""
    file = getattr(row, name)
    suffix = PurePath(getattr(row, "name", "") or file.name).suffix
    path = f"files/{held.model._meta.model_name}-{row.pk}{suffix}"
    if not file or not file.storage.exists(file.name):
        return "missing"
    if archive is not None:
        with file.storage.open(file.name) as source, archive.open(path, "w") as target:
            for chunk in source.chunks():
                target.write(chunk)
    return path
