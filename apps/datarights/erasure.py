"""Erasing a person: what goes, what stays and why; in one transaction, all or nothing."""

import logging
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models import Q

from apps.core.exceptions import NotYet
from apps.core.models import AuditEntry, record
from apps.core.personal import DELETE, HELD, KEEP, NAMED, Identity, plain, waits_for

from .models import DataRequest, Hold, kept_with

log = logging.getLogger(__name__)

GROUP = 500


# --- beforehand -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One line of the preview."""

    what: str
    count: int
    why: str = ""


def preview(user):
    """What would go, change and stay: {"delete": lines, "change": lines, "keep": lines}."""
    lines = {"delete": [], "change": [], "keep": []}
    for held in HELD.values():
        if count := held.rows(user).count():
            lines[held.outcome].append(Line(held.says, count, held.why))
        for field, count in held.mentions_of(user):
            name = held.model._meta.get_field(field).verbose_name
            kind = held.model._meta.verbose_name
            lines["keep"].append(Line(f"Your name as “{name}” of a {kind}", count, NAMED))
    return lines


def held_things(identity, rows):
    """Sentences on what would be erased or rewritten and is held as a thing, whoever it is of.

    ``rows(held)`` gives the rows about the person.
    """
    things = Hold.objects.things()
    for held in HELD.values():
        kept = kept_with(things, held.model)
        if not kept:
            continue
        touched = held.erase != KEEP and rows(held).filter(kept).exists()
        if touched or any(_names(held.model, kept, field, identity) for field in held.scrub):
            yield f"A hold is on “{held.says}”. It must be lifted first."


# --- somebody without an account --------------------------------------------------------------
def preview_address(address):
    """What is held of somebody who gave this address and has no account."""
    counts = ((held, held.rows_of(address).count()) for held in HELD.values())
    return [Line(held.says, count, held.why) for held, count in counts if count]


def address_waits(address):
    """What must be settled first, as sentences; [] for nothing."""
    return list(held_things(Identity([address]), lambda held: held.rows_of(address)))


@transaction.atomic
def erase_address(address):
    """Erase it, as ``erase`` does for an account; the number of rows. NotYet while it is held."""
    if reasons := address_waits(address):
        raise NotYet(" ".join(reasons))
    erased = 0
    for held in reversed(HELD.values()):
        pks = list(held.rows_of(address).values_list("pk", flat=True))
        if pks and held.erase != KEEP:
            notes = _notes_on(held.model, pks)
            _apply(held, pks, None)
            erased += len(pks)
            for entry in AuditEntry.objects.filter(pk__in=notes):
                entry.remove_note(by=None, why="Erasure of somebody without an account")
    identity = Identity([address])
    for held in HELD.values():
        for field in held.scrub:
            _scrub(held.model, field, identity, "somebody")
    return erased


# --- doing it ---------------------------------------------------------------------------------
def erase_waiting():
    """Carry out every erasure that was decided; one that a dead worker left begins anew."""
    erased = 0
    for request in DataRequest.objects.filter(state=DataRequest.State.ERASING):
        erased += carry_out(request)
    return erased


@transaction.atomic
def carry_out(request):
    """One request: all of it, or, if the worker dies, nothing. False where it was done before."""
    locked = DataRequest.objects.select_for_update().filter(
        pk=request.pk, state=DataRequest.State.ERASING
    )
    request = locked.select_related("person").first()
    if request is None:
        return False
    if waits_for(request.person):
        return False  # a hold was placed since: it is done once that has ended
    decided = AuditEntry.objects.about(request).filter(action="erase").first()
    erase(request.person, by=decided.by)
    request.refresh_from_db()
    request.follow("erased", by=decided.by)
    # After a restore the database has forgotten that; the logs have not.
    transaction.on_commit(
        lambda: log.info("Erased person %s, request %s", request.person_id, request.reference)
    )
    return True


def erase(user, *, by):
    """Erase what is held about a person; what must stay says so in its declaration."""
    identity = Identity.of(user)
    if user.is_active:
        user.shut(by=by, reason="")
    notes = AuditEntry.objects.exclude(note="").filter(_mentions(identity, "note"))
    mine = list(AuditEntry.objects.about(user).exclude(note="").values_list("pk", flat=True))
    mine += [pk for pk, note in notes.values_list("pk", "note").iterator() if identity.is_in(note)]
    done = {}
    for held in reversed(HELD.values()):
        if held.erase == KEEP:
            continue
        pks = list(held.rows(user).values_list("pk", flat=True))
        if pks:
            mine += _notes_on(held.model, pks)
            _apply(held, pks, user)
            done[held.model._meta.label] = len(pks)
    user.refresh_from_db()
    for held in HELD.values():
        for field in held.scrub:
            _scrub(held.model, field, identity, user.full_name)
    for entry in AuditEntry.objects.filter(pk__in=mine).exclude(note=""):
        entry.remove_note(by=by, why=f"Erasure of person {user.pk}")
    note = ", ".join(f"{label}: {count}" for label, count in sorted(done.items()))
    record("erase_person", user, by=by, note=note)


def _apply(held, pks, user):
    for start in range(0, len(pks), GROUP):
        rows = held.model._base_manager.filter(pk__in=pks[start : start + GROUP])
        if callable(held.erase):
            held.erase(rows, user)
        elif held.erase == DELETE:
            _delete_files(held, rows)
            rows.delete()
        else:
            rows.update(**held.erase)


def _delete_files(held, rows):
    for field in held.files:
        for name in rows.values_list(field, flat=True):
            transaction.on_commit(lambda name=name: storages["default"].delete(name))


def _notes_on(model, pks):
    """Notes of the audit trail on the person's own things: reasons typed about them."""
    kind = ContentType.objects.get_for_model(model)
    found = []
    for start in range(0, len(pks), GROUP):
        entries = AuditEntry.objects.filter(
            subject_type=kind, subject_id__in=[str(pk) for pk in pks[start : start + GROUP]]
        ).exclude(note="")
        found += entries.values_list("pk", flat=True)
    return found


def _mentions(identity, field):
    """A condition: the text has the person's name, address or telephone in it."""
    wanted = Q()
    for text in identity.strings:
        wanted |= Q(**{f"{field}__icontains": text})
    return wanted


def _names(model, rows, field, identity):
    """Whether one of the rows names the person in this field."""
    found = model._base_manager.filter(rows & _mentions(identity, field))
    texts = [plain(text) for text in found.values_list(field, flat=True)]
    return any(identity.replaced(text, "") != text for text in texts)


def _scrub(model, field, identity, instead):
    """In everybody's rows the person's name and address give way to *Former member*."""
    column = model._meta.get_field(field)
    is_json = isinstance(column, models.JSONField)
    for row in model._base_manager.filter(_mentions(identity, field)).iterator(chunk_size=500):
        before = plain(getattr(row, field))
        after = identity.replaced(before, instead)
        if not is_json and column.max_length:
            after = after[: column.max_length]
        if after != before:
            model._base_manager.filter(pk=row.pk).update(**{field: after})
