"""The audit trail shows tampering: an edit, a deletion, a swap, an addition, a cut."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from apps.core import anchors, sealing
from apps.core.checks import tables_are_anothers
from apps.core.models import AuditCheck, AuditEntry, AuditSeal, record
from apps.core.tasks import check_audit

from ..factories import UserFactory
from ..prepared import as_the_site

pytestmark = [pytest.mark.django_db, pytest.mark.differs, pytest.mark.both]

TABLES = ("core_auditentry", "core_auditseal")


@pytest.fixture
def trail(monkeypatch):
    """Ten entries under three seals, with a person behind them."""
    monkeypatch.setattr(sealing, "RUN", 4)
    person = UserFactory()
    entries = [record("write", person, by=person, note=f"note {n}") for n in range(10)]
    sealing.seal()
    assert AuditSeal.objects.count() == 3
    return entries


@pytest.fixture
def tamper(db):
    """Whoever has the database can switch its triggers off."""

    def tamper(sql, *params):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for table in TABLES:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, params)

    return tamper


def verify(*anchors):
    """What the command prints and whether it ends well."""
    out = StringIO()
    try:
        call_command("verify_audit", anchor=list(anchors), stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines() if error.returncode == 1 else [str(error)]
    return []


def test_given_nothing_was_changed_then_the_command_says_so_and_gives_an_anchor(trail):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    anchor = AuditSeal.objects.first().anchor
    assert out.getvalue() == (f"10 entries under 3 seals: nothing was changed. Anchor: {anchor}\n")
    assert AuditCheck.objects.get().problems == 0


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("action", "approve", "edited"),
        ("by_id", None, "edited"),
        ("subject_id", "999", "edited"),
        ("at", "2020-01-01 00:00:00+00:00", "edited"),
        ("request_id", "other", "edited"),
        ("note_digest", "0" * 64, "edited"),
        ("digest", "0" * 64, "edited"),
        ("digest", "not a digest", "edited"),
        ("note", "another note", "edited: its note"),
        ("salt", "", "edited: a note where one was removed"),
    ],
    ids=lambda value: str(value)[:10],
)
def test_an_edited_entry_is_named(trail, tamper, column, value, what):
    pk = trail[4].pk
    sql = "UPDATE core_auditentry SET {} = %s WHERE id = %s"
    tamper(sql.format(column), value, pk)
    wanted = {f"Entry {pk}: {what}."}
    if column == "salt":
        wanted.add(f"Entry {pk}: its note was removed without a record.")
    assert set(verify()) == wanted


def test_an_edit_before_the_seal_is_named_as_well(trail, tamper):
    entry = record("write", trail[0].by, by=None)
    tamper("UPDATE core_auditentry SET action = 'read' WHERE id = %s", entry.pk)
    assert verify() == [f"Entry {entry.pk}: edited."]


@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_deleted_entry_is_named(trail, tamper, place):
    tamper("DELETE FROM core_auditentry WHERE id = %s", trail[place].pk)
    assert verify() == [f"Entry {trail[place].pk}: missing."]


@pytest.mark.parametrize(("one", "two"), [(4, 5), (1, 8)], ids=["neighbours", "far"])
def test_a_swapped_pair_is_named(trail, tamper, one, two):
    one, two = trail[one].pk, trail[two].pk
    for source, target in ((one, -1), (two, one), (-1, two)):
        tamper("UPDATE core_auditentry SET id = %s WHERE id = %s", target, source)
    assert set(verify()) == {
        f"Entry {one}: swapped; it holds what entry {two} held.",
        f"Entry {two}: swapped; it holds what entry {one} held.",
    }


def test_an_entry_moved_to_the_end_is_named(trail, tamper):
    pk, end = trail[2].pk, trail[-1].pk + 100
    tamper("UPDATE core_auditentry SET id = %s WHERE id = %s", end, pk)
    assert sealing.Check().run().findings == [
        f"Entry {end}: was entry {pk}.",
        f"Entry {pk}: missing.",
    ]


COPY = """
INSERT INTO core_auditentry (id, at, by_id, action, subject_type_id, subject_id, note, request_id,
                             salt, note_digest, digest)
SELECT %s, at, by_id, action, subject_type_id, subject_id, note, request_id,
       salt, note_digest, {digest} FROM core_auditentry WHERE id = %s
"""


def numbered(pk):
    """An entry that has taken this number."""
    kind = ContentType.objects.get_for_model(AuditEntry)
    entry = AuditEntry(pk=pk, action="write", subject_type=kind, subject_id="1")
    return AuditEntry.objects.bulk_create([entry])[0]


@pytest.fixture
def gap(trail):
    """A number that was taken and is not there: rolled back, or not committed yet."""
    numbered(trail[-1].pk + 5)
    sealing.seal()
    return trail[-1].pk + 3


def test_numbers_that_were_never_used_are_no_finding(gap):
    assert verify() == []


@pytest.mark.parametrize("hours", [0, 5], ids=["soon", "hours later"])
def test_an_entry_that_commits_late_with_a_lower_number_is_sealed_and_no_finding(
    gap, tamper, hours
):
    ago = timezone.now() - timedelta(hours=hours)
    tamper("UPDATE core_auditseal SET made_at = %s", ago)
    numbered(gap)
    assert sealing.seal() == (0 if hours else 1)
    report = sealing.check()
    assert (report.problems, report.late) == (0, [gap] if hours else [])
    assert verify() == []
    tamper("DELETE FROM core_auditentry WHERE id = %s", gap)
    assert verify() == [f"Entry {gap}: missing."]


@pytest.mark.parametrize("hours", [0, 5], ids=["soon", "hours later"])
def test_an_entry_put_in_behind_is_named(trail, gap, tamper, hours):
    tamper("UPDATE core_auditseal SET made_at = %s", timezone.now() - timedelta(hours=hours))
    tamper(COPY.format(digest="'made up'"), gap, trail[3].pk)
    assert verify() == [f"Entry {gap}: added behind." if hours else f"Entry {gap}: edited."]


def test_a_copy_of_a_sound_entry_is_named(trail, gap, tamper):
    tamper(COPY.format(digest="digest"), gap, trail[3].pk)
    assert verify() == [f"Entries {trail[3].pk}, {gap}: copies of one."]


def test_given_the_end_is_cut_and_sealed_anew_then_only_an_anchor_shows_it(trail, tamper):
    anchor = AuditSeal.objects.first().anchor
    tamper("DELETE FROM core_auditseal WHERE number = 3")
    tamper("DELETE FROM core_auditentry WHERE id >= %s", trail[8].pk)
    assert verify() == []
    record("write", trail[0].by, by=None)
    assert verify(anchor) == ["Seal 3 is not the one of the anchor."]
    tamper("DELETE FROM core_auditseal WHERE number = 3")
    tamper("DELETE FROM core_auditentry WHERE id >= %s", trail[8].pk)
    assert verify(anchor) == ["Seal 3 of the anchor is missing: the trail was cut."]


def test_an_edited_seal_is_named(trail, tamper):
    tamper("UPDATE core_auditseal SET count = 3 WHERE number = 2")
    assert verify() == ["Seal 2: edited."]


def test_a_missing_seal_is_named_and_what_it_covered(trail, tamper):
    tamper("DELETE FROM core_auditseal WHERE number = 2")
    assert verify()[0] == "Seal 2: missing."


def test_with_another_key_nothing_is_sound_and_with_the_earlier_one_kept_all_is(trail, settings):
    settings.AUDIT_KEY = "a new key"
    assert verify() == []  # SECRET_KEY was the key so far, and is still there
    settings.SECRET_KEY = "another"
    assert len(verify()) == 13
    settings.AUDIT_KEY_FALLBACKS = ["test"]
    assert verify() == []


def test_a_note_is_taken_away_lawfully_with_a_record(trail):
    entry = trail[4]
    entry.remove_note(by=None, why="Erasure")
    entry.refresh_from_db()
    assert (entry.note, entry.salt) == ("", "")
    about = AuditEntry.objects.about(entry).get()
    assert (about.action, about.note) == ("remove_note", "Erasure")
    assert verify() == []
    entry.remove_note(by=None, why="Again")
    assert AuditEntry.objects.about(entry).count() == 1


def test_a_note_taken_away_without_a_record_is_named(trail, tamper):
    tamper("UPDATE core_auditentry SET note = '', salt = '' WHERE id = %s", trail[4].pk)
    assert verify() == [f"Entry {trail[4].pk}: its note was removed without a record."]


def test_entries_made_many_at_once_carry_digests_too(trail):
    kind = ContentType.objects.get_for_model(AuditEntry)
    AuditEntry.objects.bulk_create(
        AuditEntry(action="write", subject_type=kind, subject_id=n, note="x") for n in range(3)
    )
    assert verify() == []
    assert sealing.Check().run().entries == 13


# --- anchors --------------------------------------------------------------------------------------
@pytest.fixture
def kept(settings, tmp_path):
    """The file in which anchors are kept, and a second person who gets them."""
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors")
    settings.AUDIT_ANCHOR_EMAILS = ["second@test.example"]
    return tmp_path / "anchors"


def cut(trail, tamper):
    """The end goes together with its seal, and more is written and sealed."""
    tamper("DELETE FROM core_auditseal WHERE number = 3")
    tamper("DELETE FROM core_auditentry WHERE id >= %s", trail[8].pk)
    record("write", trail[0].by, by=None)
    sealing.seal()


def test_given_the_end_is_cut_with_its_seal_then_the_nightly_check_says_so(
    trail, tamper, kept, mailoutbox
):
    assert check_audit() == 0
    cut(trail, tamper)
    assert check_audit() == 1
    assert AuditCheck.objects.first().findings == "Seal 3 is not the one of the anchor."
    assert [(mail.to, mail.subject.partition(": ")[2]) for mail in mailoutbox] == [
        (["second@test.example"], "Anchor of the audit trail"),
        (["second@test.example"], "The audit trail was tampered with"),
    ]
    assert len(kept.read_text().splitlines()) == 1  # what was cut is no new beginning


def test_given_the_mail_or_the_file_then_the_command_says_whether_the_trail_contains_it(
    trail, tamper, kept, mailoutbox, tmp_path, monkeypatch
):
    check_audit()
    (tmp_path / "mail").write_text(mailoutbox[0].body)
    out = StringIO()
    call_command("verify_audit", anchors=str(tmp_path / "mail"), stdout=out)
    assert out.getvalue().startswith("The trail contains what 1 anchors say.")
    cut(trail, tamper)
    for given in ("mail", "anchors"):
        with pytest.raises(CommandError, match="1 findings"):
            call_command("verify_audit", anchors=str(tmp_path / given), stdout=StringIO())
    monkeypatch.setattr("sys.stdin", StringIO(mailoutbox[0].body))
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_audit", anchors="-", stdout=StringIO())


def test_an_anchor_that_somebody_changed_is_named(trail, kept):
    check_audit()
    anchor = anchors.kept()[0]
    assert verify(str(replace(anchor, count=9))) == [
        "The anchor of seal 3 was changed, or another site made it."
    ]
    assert verify(str(anchor)) == []
    assert verify("nonsense") == ["Not an anchor: nonsense. It looks like 12:6f1a…."]


def test_given_the_file_cannot_be_written_then_the_check_is_still_made(trail, kept, caplog):
    kept.mkdir()
    anchors.publish(anchors.latest())
    assert "An anchor of the audit trail was not kept: IsADirectoryError" in caplog.text


# --- the database's own guards --------------------------------------------------------------------
ON_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="PostgreSQL's own guard"
)


@ON_POSTGRESQL
@pytest.mark.parametrize("table", TABLES)
def test_the_database_itself_refuses_to_empty_the_trail(trail, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate"
        )  # tests need it off
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


@ON_POSTGRESQL
def test_the_sites_own_role_takes_no_guard_off_the_trail(trail):
    as_the_site()
    for table in TABLES:
        for sql in (
            "ALTER TABLE {} DISABLE TRIGGER USER",
            "DROP TRIGGER {0}_append_only ON {0}",
            "CREATE OR REPLACE FUNCTION core_audit_is_append_only() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "TRUNCATE {} CASCADE",
            "DROP TABLE {} CASCADE",
            "DELETE FROM {}",
            "UPDATE {} SET digest = ''",
            "ALTER TABLE {} OWNER TO CURRENT_USER",
            "SET LOCAL session_replication_role = replica",
        ):
            with (
                pytest.raises(ProgrammingError, match=r"must be owner|permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql.format(table))


@ON_POSTGRESQL
def test_the_sites_own_role_does_all_that_the_site_does_with_the_trail(trail):
    as_the_site()
    assert tables_are_anothers(None, ["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    [warning] = tables_are_anothers(None, ["default"])
    assert "could switch its guards off" in warning.msg
    assert tables_are_anothers(None) == []  # the database is asked where somebody asks for that
    as_the_site()
    record("write", trail[0].by, by=None)
    assert sealing.seal() == 1
    trail[4].remove_note(by=None, why="Erasure")
    sealing.seal()
    assert sealing.check().problems == 0


@ON_POSTGRESQL
@pytest.mark.parametrize("table", TABLES)
def test_the_database_itself_refuses_changes(trail, table):
    sound = {"core_auditentry": "action", "core_auditseal": "digest"}[table]
    for sql in ("UPDATE {table} SET {sound} = 'x'", "DELETE FROM {table}"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql.format(table=table, sound=sound))


def test_sealing_takes_what_is_new_once(trail):
    assert sealing.seal() == 0
    record("write", trail[0].by, by=None)
    assert sealing.seal() == 1


def many(number):
    kind = ContentType.objects.get_for_model(AuditEntry)
    for start in range(0, number, 5000):
        AuditEntry.objects.bulk_create(
            [
                AuditEntry(action="write", subject_type=kind, subject_id=n, note="A reason" * 4)
                for n in range(start, min(number, start + 5000))
            ],
            batch_size=1000,
        )


def test_memory_does_not_grow_with_the_trail(db, monkeypatch):
    monkeypatch.setattr(sealing, "RUN", 100)
    peaks = []
    for number in (3_000, 12_000):
        many(number)
        sealing.seal()
        tracemalloc.start()
        assert sealing.Check().run().problems == 0
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
    assert peaks[1] < 2 * 1024 * 1024
    assert timezone.now() > AuditSeal.objects.first().made_at


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe broken\n", "has 1 lines that hold no anchor"),
        (b"9" * 5000 + b":" + b"a" * 64, "is missing: the trail was cut"),
        (b"1:" + b"a" * 64 + b":" + b"9" * 5000 + b":" + b"b" * 32, "another site made it"),
        (None, "cannot be read: IsADirectoryError"),
    ],
    ids=["a byte", "a long number", "a long count", "a folder"],
)
def test_a_file_of_anchors_that_somebody_spoiled_is_said_and_stops_no_check(
    trail, settings, tmp_path, caplog, content, says
):
    file = tmp_path / "spoiled"
    file.write_bytes(content) if content else file.mkdir()
    settings.AUDIT_ANCHOR_FILE = str(file)
    with pytest.raises(CommandError):
        call_command("verify_audit", anchors=str(file), stdout=StringIO())
    check_audit()
    assert says in caplog.text + AuditCheck.objects.first().findings
