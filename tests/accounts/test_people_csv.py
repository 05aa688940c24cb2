"""A list of people from a file: every row checked, nothing half done."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.models.invitations import Invitation
from apps.accounts.people_csv import COLUMNS, MAX_ROWS
from apps.accounts.views.people import IMPORT_KEY
from apps.groups.roles import Role

from ..factories import UserFactory, appoint, working_group
from ..pages import source

pytestmark = pytest.mark.django_db
HEADING = ",".join(COLUMNS)
AMARA = "Amara Osei,amara@test.example,lived experience,,,"


def rows(*lines, heading=HEADING, end="\n"):
    return end.join([heading, *lines]).encode()


def upload(desk, data, name="people.csv"):
    return desk.post(reverse("people_import"), {"file": SimpleUploadedFile(name, data)})


def confirm(desk, answer):
    return desk.post(reverse("people_import_confirm"), {"key": answer.context["key"]})


def errors(answer):
    """The messages of the dry run by row number."""
    return {one.wanted.row: one.errors for one in answer.context["outcomes"] if one.errors}


# --- what works -------------------------------------------------------------------------------
def test_a_good_list_is_shown_and_then_exactly_that_is_invited(desk, office):
    working_group(name="Role design", slug="role-design")
    working_group(name="Training", slug="training")
    data = rows(
        "Amara Osei,Amara@Test.Example,Lived experience,,Role design; training,member;observer",
        "Priya Nair,priya@test.example,STAFF,human resources,ROLE-DESIGN,",
    )
    answer = upload(desk, data)
    assert answer.status_code == 200
    assert "2 people will be invited" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert confirm(desk, answer)["Location"] == reverse("invitations")
    found = Invitation.objects.order_by("email").values_list(
        "email", "constituency", "department", "memberships", "invited_by"
    )
    assert list(found) == [
        (
            "amara@test.example",
            "lived_experience",
            "",
            [{"group": "role-design", "role": "member"}, {"group": "training", "role": "observer"}],
            office.pk,
        ),
        (
            "priya@test.example",
            "staff",
            "hr",
            [{"group": "role-design", "role": "member"}],
            office.pk,
        ),
    ]


def test_the_file_to_start_from_can_be_read_back(desk):
    working_group(name="Role design", slug="role-design")
    working_group(name="Training", slug="training")
    response = desk.get(reverse("people_import_template"))
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert errors(upload(desk, response.content)) == {}


@pytest.mark.parametrize(
    "data",
    [
        "\ufeff".encode() + rows(AMARA),
        rows(AMARA.replace(",", ";"), heading=HEADING.replace(",", ";")),
        rows(AMARA.replace(",", "\t"), heading=HEADING.replace(",", "\t")),
        rows(AMARA, end="\r\n"),
        rows(AMARA, end="\r"),
        rows("", AMARA, ",,,,,", "  "),
        rows(AMARA.rstrip(",")),
        rows(
            "Amara Osei,amara@test.example,Lived Experience",
            heading="Full Name,E-Mail  Address,Side",
        ),
        ("\ufeff" + rows(AMARA).decode()).encode("utf-16-le"),
    ],
    ids=[
        "BOM",
        "semicolons",
        "tabs",
        "CRLF",
        "CR",
        "blank lines",
        "short row",
        "other headings",
        "UTF-16",
    ],
)
def test_what_spreadsheets_write_is_read(desk, data):
    answer = upload(desk, data)
    (outcome,) = answer.context["outcomes"]
    wanted = outcome.wanted
    assert (wanted.full_name, wanted.email, wanted.constituency, outcome.errors) == (
        "Amara Osei",
        "amara@test.example",
        "lived_experience",
        [],
    )


@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_names_keep_their_accents(desk, codec):
    data = rows("Zoë O\u2019Brien-Müller,zoe@test.example,partner,,,").decode().encode(codec)
    (outcome,) = upload(desk, data).context["outcomes"]
    assert outcome.wanted.full_name == "Zoë O\u2019Brien-Müller"


def test_somebody_with_an_account_is_added_to_the_groups(desk):
    group = working_group(name="Role design", slug="role-design")
    user = UserFactory(email="amara@test.example")
    answer = upload(desk, rows("Amara,AMARA@test.example,lived experience,,role-design,member"))
    assert "added to the groups" in source(answer)
    assert not user.memberships.exists()
    confirm(desk, answer)
    assert user.memberships.get().group == group
    assert not Invitation.objects.exists()


# --- rows that cannot be ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",amara@test.example,partner,,,", "Full name: Enter a name."),
        ("Amara,,partner,,,", "E-mail address: Enter an e-mail address."),
        (
            "Amara,amara,partner,,,",
            "E-mail address: Enter an e-mail address in the right form, like name@example.com.",
        ),
        (
            "Amara,a@test.example,peer,,,",
            "Takes part as: peer is not one of: lived experience, staff, partner.",
        ),
        ("Amara,a@test.example,,,,", "Takes part as: Choose how the person takes part."),
        (
            "Amara,a@test.example,staff,,,",
            "Department: Choose the department of a member of staff.",
        ),
        ("Amara,a@test.example,staff,Cooking,,", "Department: Cooking is not a department."),
        ("Amara,a@test.example,partner,hr,,", "Department: Only staff have a department."),
        ("Amara,a@test.example,partner,,secret,", "There is no open group called secret."),
        ("Amara,a@test.example,partner,,training,boss", "There is no role called boss."),
        (
            "Amara,a@test.example,partner,,training,member;observer",
            "Give one role, or as many roles as groups.",
        ),
        (
            "Amara,a@test.example,partner,,training,co-lead",
            "A co-lead sits for lived experience or for staff.",
        ),
        (
            "Amara,a@test.example,lived experience,,training,co-lead",
            "Training has a lived experience co-lead: Lead.",
        ),
        (
            "Amara,a@test.example,partner,,training;training,member",
            "Member of Training: held already, or given twice.",
        ),
        (
            "=cmd|' /C calc'!A0,a@test.example,partner,,,",
            "A name or an e-mail address cannot begin with = + - or @.",
        ),
        (
            "@SUM(1),a@test.example,partner,,,",
            "A name or an e-mail address cannot begin with = + - or @.",
        ),
        (
            "Amara,a@test.example,partner,,,,extra",
            "There are more cells than columns. Check for a comma too many.",
        ),
        (
            f"{'x' * 121},a@test.example,partner,,,",
            "Full name: This is too long: at most 120 characters fit here, and it has 121.",
        ),
        (
            "Closed,closed@test.example,partner,,,",
            "This person's account is closed. Open it again first.",
        ),
        (
            "Known,known@test.example,partner,,,",
            "This person has an account already, and no group is given.",
        ),
        (
            "Member,member@test.example,partner,,training,member",
            "Member of Training: held already, or given twice.",
        ),
    ],
)
def test_a_bad_row_is_named_by_its_number_and_nothing_happens(desk, row, message):
    group = working_group(leads=False, name="Training", slug="training")
    appoint(group, UserFactory(full_name="Lead"), Role.CO_LEAD)
    appoint(group, UserFactory(email="member@test.example"), Role.MEMBER)
    UserFactory(email="closed@test.example", is_active=False)
    UserFactory(email="known@test.example")
    answer = upload(desk, rows("Good,good@test.example,partner,,,", "", row))
    assert answer.status_code == 422
    assert errors(answer) == {4: [message]}
    assert "Row 4:" in answer.content.decode()
    assert "key" not in answer.context
    assert not Invitation.objects.exists()


def test_one_address_twice_in_another_case_is_reported(desk):
    answer = upload(desk, rows(AMARA, AMARA.replace("amara@", "AMARA@")))
    assert errors(answer) == {3: ["The same e-mail address is in row 2 too."]}


def test_an_address_with_a_waiting_invitation_is_reported(desk, invite):
    invite("amara@test.example")
    answer = upload(desk, rows(AMARA))
    assert errors(answer) == {
        2: ["This person has an invitation already. You can send that one again."]
    }


def test_one_seat_cannot_be_promised_to_two(desk):
    working_group(leads=False, name="Training", slug="training")
    lead = "lived experience,,training,co-lead"
    answer = upload(desk, rows(f"A,a@test.example,{lead}", f"B,b@test.example,{lead}"))
    assert errors(answer) == {
        3: ["Training has a lived experience co-lead: somebody in another row."]
    }


def test_every_bad_row_is_reported_at_once(desk):
    answer = upload(desk, rows(",a@test.example,partner,,,", AMARA, "B,b,partner,,,"))
    assert list(errors(answer)) == [2, 4]


def test_what_a_row_says_cannot_become_a_part_of_the_page(desk):
    answer = upload(desk, rows('<script>alert(1)</script>,"<b>@test.example",partner,,,'))
    assert "<script>alert" not in answer.content.decode()


# --- files that cannot be ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file has no rows in it."),
        (rows(), "The file has a heading, and nobody below it."),
        (rows(AMARA, heading="name,age"), "There is no column e-mail."),
        (rows(AMARA, heading=HEADING + ",shoe size"), "The column shoe size is not known."),
        (rows(AMARA, heading="name,name,e-mail,constituency"), "The column name is there twice."),
        (AMARA.encode(), "The first row must name the columns"),
        (b"PK\x03\x04 a workbook", "This is a spreadsheet."),
        (b"\x00\x01\x02\x03", "This is not a CSV file, or it is damaged."),
        (b"\x81\x8d\x8f", "This is not a CSV file, or it is damaged."),
        (rows('"Amara,amara@test.example,partner,,,'), "cannot be read. Check its quotation"),
        (rows(*[AMARA] * (MAX_ROWS + 1)), "The file has 501 people."),
        (b"x" * (1024 * 1024 + 1), "The file is too big."),
        (rows("x" * 200_000), "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(desk, data, message):
    answer = upload(desk, data)
    assert (answer.status_code, message in answer.content.decode()) == (422, True)
    assert IMPORT_KEY not in desk.session


def test_no_file_at_all_says_so(desk):
    answer = desk.post(reverse("people_import"))
    assert (answer.status_code, "Choose a file." in answer.content.decode()) == (422, True)


# --- between showing and doing ----------------------------------------------------------------
def test_a_list_is_used_once(desk):
    answer = upload(desk, rows(AMARA))
    assert confirm(desk, answer).status_code == 302
    assert confirm(desk, answer).status_code == 409
    assert Invitation.objects.count() == 1


def test_a_newer_upload_replaces_the_one_on_another_page(desk):
    first = upload(desk, rows(AMARA))
    upload(desk, rows("B,b@test.example,partner,,,"))
    assert confirm(desk, first).status_code == 409
    assert not Invitation.objects.exists()


def test_what_changed_meanwhile_stops_the_whole_list(desk, invite):
    answer = upload(desk, rows("A,a@test.example,partner,,,", AMARA))
    invite("amara@test.example")
    refused = confirm(desk, answer)
    assert refused.status_code == 409
    assert "Something changed in the meantime" in refused.content.decode()
    assert Invitation.objects.get().email == "amara@test.example"


def test_the_dry_run_costs_the_same_for_one_and_three(desk, django_assert_num_queries):
    for number in range(3):
        UserFactory(email=f"known{number}@test.example")
    working_group(name="Training", slug="training")
    upload(desk, rows(AMARA))
    counts = []
    for size in (1, 3):
        lines = [f"P,known{n}@test.example,lived experience,,training,member" for n in range(size)]
        with django_assert_num_queries(1000, exact=False) as seen:
            assert errors(upload(desk, rows(*lines))) == {}
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_example_is_a_real_csv(desk):
    text = desk.get(reverse("people_import_template")).content.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == list(COLUMNS)
