"""A copy of one's data, requests, erasure: complete, for its person alone, nothing left over."""

import io
import json
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.accounts.models.invitations import Invitation
from apps.accounts.models.people import User
from apps.accounts.models.support import SupportProfile
from apps.accounts.roles import ADMIN, OFFICE
from apps.conversations.models.booking import Booking
from apps.conversations.models.photograph import PhotoConsent, Photograph
from apps.core import sealing
from apps.core.clock import LONDON
from apps.core.exceptions import Conflict, NotYet
from apps.core.models import AuditEntry, record
from apps.core.personal import Identity
from apps.datarights import erasure, retention
from apps.datarights import export as datarights_export
from apps.datarights.models import DataExport, DataRequest, Hold, a_month_later
from apps.datarights.tasks import data_rights
from apps.governance.consultations.models.response import Participation, Response
from apps.groups.models import Membership
from apps.groups.roles import Role
from apps.meetings.models.minutes import Minutes
from apps.meetings.models.paper import Paper
from apps.meetings.models.people import SupportRequest
from apps.network.board.models import Post
from apps.network.joining.models import Interest
from apps.network.pairs.models import CheckIn
from apps.network.practice.models import PracticeName
from apps.notifications.models import Delivery
from apps.notifications.planning import plan
from apps.payments.models import InvolvementClaim
from apps.steering.models.review import Recommendation
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, just_shown, programme_user

pytestmark = [pytest.mark.django_db, pytest.mark.differs]

PASSWORD = "lantern river thimble"
NAME, EMAIL, PHONE = "Wilhelmina Quartermaine", "wilhelmina@quarter.example", "07700 900461"
SECRET = "hydrangea"  # in everything that tells of the person's own life


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def admin(db):
    return programme_user(ADMIN, is_staff=True, full_name="Grace Okafor")


@pytest.fixture
def person(db):
    user = UserFactory(full_name=NAME, email=EMAIL, phone=PHONE)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


def browser(client, user):
    client.force_login(user, "apps.core.permissions.ProgrammeBackend")
    just_shown(client)
    return client


@pytest.fixture
def life(person):
    """Somebody who has done about everything that the site has."""
    group, network = make.working_group(name="Role design"), make.network()
    other, sponsor = UserFactory(full_name="Otto Other"), StaffFactory(full_name="Sally Sponsor")
    for one in (person, other, sponsor):
        appoint(network, one)
    appoint(group, person)
    office = User.objects.filter(groups__name=OFFICE).first()
    SupportProfile.objects.create(user=person, what_helps=f"My {SECRET} needs water")
    meeting = make.held(group)
    SupportRequest.objects.create(
        meeting=meeting, user=person, organiser=meeting.support_organiser, text=f"A {SECRET}"
    )
    other_request = SupportRequest.objects.create(
        meeting=meeting, user=other, organiser=person, text="What Otto needs"
    )
    minutes = Minutes.objects.create(meeting=meeting, body=f"{NAME} told us about the garden.")
    Paper.objects.create(
        meeting=meeting,
        title="Plan",
        uploaded_by=person,
        size=4,
        content_type="text/plain",
        name="plan.txt",
        sha256="0",
        file=ContentFile(b"plan", name="plan.txt"),
    )
    make.action(meeting, person)
    output = make.output(group, by=make.leads(group)[0])
    make.suggestion(output, person, text="Say it in fewer words.")
    pair = make.pair(network, person, sponsor)
    CheckIn.objects.create(pair=pair, author=person, on=timezone.localdate(), how=f"My {SECRET}")
    CheckIn.objects.create(pair=pair, author=sponsor, on=timezone.localdate(), how="Sally's own")
    post = Post.objects.create(network=network, author=person, title=SECRET, text=f"{SECRET}!")
    reply = Post.objects.create(
        network=network, author=other, topic=post, text=f"Thank you, {NAME.upper()}, well said"
    )
    entry = make.practice(network, other, state="published")
    PracticeName.objects.create(
        practice=entry, user=person, part="peer", state="agreed", level="public", asked_by=other
    )
    talk = make.conversation(network)
    Booking.book(talk, person)
    Booking.objects.create(
        conversation=make.conversation(network), name=NAME, email=EMAIL.upper(), state="booked"
    )
    interest = Interest.objects.create(
        full_name=NAME, email=EMAIL, phone=PHONE, wish="peer", words=SECRET
    )
    Invitation.objects.create(
        email=EMAIL,
        full_name=NAME,
        constituency=person.constituency,
        invited_by=office,
        state="accepted",
        accepted_by=person,
    )
    make.rates()
    make.claim(person)
    steering = make.working_group(kind="steering", name="Steering")
    appoint(steering, person, Role.MEMBER)
    elsewhere = make.working_group(name="Elsewhere")
    review = make.review(_submitted(elsewhere), make.leads(steering)[0], person)
    make.recommended(review, person, text="It is clear.")
    Delivery.objects.filter(recipient=other).update(title=f"{NAME} wrote", text=f"{NAME}, {EMAIL}")
    record("write", group, by=other, note=f"asked by {NAME}")
    record("change_person", person, by=office, note=f"{SECRET} from A to B")
    return {
        "group": group,
        "other": other,
        "sponsor": sponsor,
        "minutes": minutes,
        "reply": reply,
        "interest": interest,
        "meeting": meeting,
        "post": post,
        "pair": pair,
        "other_request": other_request,
        "office": office,
    }


def _submitted(group):
    return make.submitted(make.output(group, title="Guide"))


# --- a copy -----------------------------------------------------------------------------------
def opened(export):
    export.refresh_from_db()
    with storages["default"].open(export.file) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    return archive, json.loads(archive.read("data.json"))


def test_the_copy_holds_what_is_held_about_the_person(person, life):
    export = DataExport.ask(person)
    assert data_rights() == 1
    archive, told = opened(export)
    held = {section["kind"]: section["rows"] for section in told["held"]}
    assert held["accounts.User"][0]["E-mail address"] == EMAIL
    assert (
        held["accounts.SupportProfile"][0]["What helps you take part?"]
        == f"My {SECRET} needs water"
    )
    (check_in,) = held["network.CheckIn"]
    assert f"My {SECRET}" in check_in.values()
    assert held["network.Interest"][0]["Telephone"] == PHONE
    assert len(held["conversations.Booking"]) == 2
    assert held["meetings.Attendance"]
    assert archive.read(held["meetings.Paper"][0]["File"]) == b"plan"
    page = archive.read("index.html").decode()
    assert SECRET in page
    assert NAME in page


def test_the_copy_holds_nothing_of_others(person, life):
    export = DataExport.ask(person)
    data_rights()
    archive, _ = opened(export)
    text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for private in ("Sally's own", "What Otto needs", "Otto Other", "Sally Sponsor"):
        assert private not in text
    assert person.password not in text


def test_only_its_owner_downloads_it_superusers_included(client, person, admin):
    export = DataExport.ask(person)
    data_rights()
    root = UserFactory(is_superuser=True)
    make.TOTP.activate(root, make.generate_totp_secret())
    for user, status in ((person, 200), (admin, 404), (root, 404), (UserFactory(), 404)):
        response = browser(client, user).get(f"/profile/data/copy/{export.pk}/")
        assert response.status_code == status
        if status == 200:
            assert (
                zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).testzip() is None
            )
    assert AuditEntry.objects.filter(action="download_copy").count() == 1


def test_the_link_ends_after_some_days_and_the_file_is_deleted(
    client, person, settings, django_capture_on_commit_callbacks
):
    export = DataExport.ask(person)
    data_rights()
    export.refresh_from_db()
    later = timezone.now() + timedelta(days=settings.DATA_EXPORT_KEEP_DAYS, seconds=1)
    with time_machine.travel(later):
        assert browser(client, person).get(f"/profile/data/copy/{export.pk}/").status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            assert retention.run().counts == {"exports": 1}
    assert not storages["default"].exists(export.file)
    assert not DataExport.objects.exists()


def test_asking_needs_the_password_again_and_then_makes_the_copy(client, person):
    client.force_login(person, "apps.core.permissions.ProgrammeBackend")
    response = client.get("/profile/data/copy/")
    assert response.status_code == 302
    assert "reauthenticate" in response.url
    response = client.post(response.url, {"password": PASSWORD}, follow=True)
    assert b"Make the copy" in response.content
    assert client.post("/profile/data/copy/").status_code == 302
    assert DataExport.objects.get().user == person


def test_there_is_one_at_a_time_and_a_new_one_replaces_the_old(person):
    first = DataExport.ask(person)
    with pytest.raises(Conflict):
        DataExport.ask(person)
    data_rights()
    second = DataExport.ask(person)
    assert list(DataExport.objects.all()) == [second]
    assert first.pk != second.pk


def test_a_copy_that_a_dead_worker_left_is_made_anew_and_given_up_after_three_tries(
    person, monkeypatch
):
    export = DataExport.ask(person)

    def die(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(datarights_export, "collect", die)
        with pytest.raises(KeyboardInterrupt):
            data_rights()
    assert data_rights() == 0  # its worker may still be at it
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert data_rights() == 1
    export.refresh_from_db()
    assert (export.state, export.percent) == ("ready", 100)
    DataExport.objects.update(state="waiting", attempts=3)
    assert data_rights() == 0
    export.refresh_from_db()
    assert export.state == "failed"


def test_the_person_is_told_in_neutral_words(person):
    DataExport.ask(person)
    data_rights()
    deliveries = Delivery.objects.filter(recipient=person)
    assert {one.occurrence.rule.kind for one in deliveries} == {"datarights.data_ready"}


# --- requests ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 11, 24), date(2026, 12, 24)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
    ids=str,
)
def test_a_request_is_due_one_month_later(asked, due):
    assert a_month_later(asked) == due


def test_a_request_is_answered_and_its_person_told(client, person, admin):
    request = DataRequest.ask(person, "correct", "My name has an e at the end")
    told = Delivery.objects.filter(
        recipient=admin, occurrence__rule__kind="datarights.data_request"
    )
    assert told.exists()
    request.move("take", by=admin)
    request.move("refuse", by=admin, note="It is right as it is.")
    page = browser(client, person).get(request.get_absolute_url()).content.decode()
    assert "It is right as it is." in page
    assert "Information Commissioner" in page


def test_an_erasure_is_never_just_said_to_be_done(person, admin):
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    with pytest.raises(NotYet):
        request.move("settle", by=admin, note="Done")


def test_nobody_erases_themselves_and_a_hold_stops_it(client, person, admin):
    own = DataRequest.ask(admin, "erase")
    page = browser(client, admin).get(f"{own.get_absolute_url()}erase/")
    assert "Ask another administrator." in page.content.decode()
    own.move("take", by=admin)
    with pytest.raises(NotYet, match="another administrator"):
        own.move("erase", by=admin)
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    hold = Hold.objects.create(person=person, reason="A complaint", placed_by=admin)
    with pytest.raises(NotYet, match="hold"):
        request.move("erase", by=admin)
    Hold.objects.filter(pk=hold.pk).update(until=timezone.localdate() - timedelta(days=1))
    request.move("erase", by=admin)
    assert request.state == "erasing"


def test_a_hold_placed_after_it_was_decided_still_stops_an_erasure(person, admin):
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    request.move("erase", by=admin)
    hold = Hold.objects.create(person=person, reason="A complaint", placed_by=admin)
    data_rights()
    person.refresh_from_db()
    request.refresh_from_db()
    assert (request.state, person.is_active) == ("erasing", True)
    Hold.objects.filter(pk=hold.pk).update(until=timezone.localdate() - timedelta(days=1))
    data_rights()
    request.refresh_from_db()
    assert request.state == "done"


def held_thing(admin, thing):
    return Hold.objects.create(
        thing_type=ContentType.objects.get_for_model(thing),
        thing_id=str(thing.pk),
        reason="An inquiry",
        placed_by=admin,
    )


@pytest.mark.parametrize("kind", ["their own", "what theirs belongs to", "a text that names them"])
def test_a_hold_on_a_thing_stops_the_erasure_of_whoever_it_is_about(person, life, admin, kind):
    thing = {
        "their own": life["post"],
        "what theirs belongs to": Booking.objects.get(user=person).conversation,
        "a text that names them": life["reply"],
    }[kind]
    hold = held_thing(admin, thing)
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    with pytest.raises(NotYet, match=r"A hold is on “.*”\. It must"):
        request.move("erase", by=admin)
    Hold.objects.filter(pk=hold.pk).update(until=timezone.localdate() - timedelta(days=1))
    request.move("erase", by=admin)
    held_thing(admin, thing)  # placed after it was decided
    data_rights()
    request.refresh_from_db()
    assert request.state == "erasing"
    assert ("accounts.User", "full_name") in found(NAME)


def test_a_hold_on_what_is_kept_anyway_or_on_anothers_stops_nothing(person, life, admin):
    held_thing(admin, life["minutes"])
    held_thing(admin, CheckIn.objects.get(author=life["sponsor"]))
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    request.move("erase", by=admin)
    assert request.state == "erasing"


def test_administrators_are_reminded_before_a_request_is_due_and_after(admin, person):
    request = DataRequest.ask(person, "correct", "My name")
    Delivery.objects.all().delete()
    reminded = Delivery.objects.filter(occurrence__rule__kind="datarights.data_request_due")
    morning = datetime.combine(request.due, time(9, 1), tzinfo=LONDON)
    for days, number in ((8, 0), (7, 1), (3, 1), (2, 2), (0, 2), (-1, 3), (-5, 3)):
        with time_machine.travel(morning - timedelta(days=days), tick=False):
            plan()
        told = reminded.filter(recipient=admin).values("occurrence").distinct()
        assert (days, told.count()) == (days, number)
    assert {one.recipient for one in reminded} == {admin}


def test_what_waits_is_on_the_administrators_first_page(client, admin, person):
    request = DataRequest.ask(person, "correct", "My name")
    assert request.reference in browser(client, admin).get("/").content.decode()
    assert request.reference not in browser(client, person).get("/").content.decode()


def test_the_queue_asks_as_many_questions_for_one_request_as_for_three(
    client, admin, django_assert_max_num_queries
):
    counts = []
    browser(client, admin).get("/data-requests/")
    for number in (1, 2):
        for _ in range(number):
            DataRequest.ask(UserFactory(), "restrict")
        with django_assert_max_num_queries(15) as counted:
            assert client.get("/data-requests/").status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_the_page_of_a_request_leads_administrators_to_a_hold_on_its_person(client, admin, person):
    request = DataRequest.ask(person, "restrict")
    address = f"/admin/datarights/hold/add/?person={person.pk}"
    page = browser(client, admin).get(request.get_absolute_url()).content.decode()
    assert address in page
    form = client.get(address).context["adminform"].form
    assert form["person"].value() == str(person.pk)
    client.post(address, {"reason": "They asked for it", "person": person.pk})
    assert address not in client.get(request.get_absolute_url()).content.decode()
    page = browser(client, person).get(request.get_absolute_url()).content.decode()
    assert "hold" not in page.partition("<main")[2]  # the box of the search has a placeholder


def test_a_hold_is_placed_in_the_admin_on_a_person_or_a_thing_and_never_deleted(
    client, admin, person
):
    browser(client, admin)
    address = "/admin/datarights/hold/add/"
    response = client.post(address, {"reason": "A complaint"})
    assert "whose data, or which thing" in response.content.decode()
    response = client.post(address, {"reason": "A complaint", "person": person.pk})
    assert response.status_code == 302
    hold = Hold.objects.get()
    assert (hold.person, hold.placed_by) == (person, admin)
    assert AuditEntry.objects.about(hold).get().action == "admin_added"
    assert client.post(f"/admin/datarights/hold/{hold.pk}/delete/").status_code == 403


@pytest.mark.parametrize("number", ["0", "12 Elm Road"])
def test_a_hold_on_a_thing_that_is_not_there_is_refused(client, admin, number):
    kind = ContentType.objects.get_for_model(Booking)
    data = {"reason": "An inquiry", "thing_type": kind.pk, "thing_id": number}
    answer = browser(client, admin).post("/admin/datarights/hold/add/", data)
    assert "There is no such thing" in answer.content.decode()
    assert not Hold.objects.exists()


def test_nobody_is_erased_while_they_are_owed_money(client, person, admin):
    network = make.network()
    appoint(network, person)
    make.rates()
    claim = make.claim(person, to="submitted")
    request = DataRequest.ask(person, "erase")
    page = browser(client, admin)
    address = f"{request.get_absolute_url()}erase/"
    assert b"They are owed money" in page.get(address).content
    response = page.post(address, {"typed": request.reference})
    assert response.status_code == 422
    assert b"They are owed money" in response.content
    claim.move("approve", by=programme_user(OFFICE))
    claim.move("pay", by=programme_user(OFFICE))
    assert b"They are owed money" not in page.get(address).content
    assert page.post(address, {"typed": request.reference}).status_code == 302


# --- erasure ----------------------------------------------------------------------------------
@pytest.fixture
def erased(person, life, admin):
    request = DataRequest.ask(person, "erase", f"Forget my {SECRET}")
    request.move("take", by=admin)
    request.move("erase", by=admin)
    data_rights()
    request.refresh_from_db()
    assert request.state == "done"
    person.refresh_from_db()
    return person


# Where the person's name stays, each declared with its reason.
STAYS = {("meetings.Minutes", "body")}


def found(*strings):
    """Every place in the database where one of the strings stands."""
    places = set()
    for model in apps.get_models(include_auto_created=True):
        columns = [column.attname for column in model._meta.concrete_fields]
        for row in model._base_manager.values_list(*columns).iterator():
            for column, value in zip(columns, row, strict=True):
                text = str(value).lower()
                if any(string.lower() in text for string in strings):
                    places.add((model._meta.label, column))
    return places


def test_before_an_erasure_the_strings_are_in_many_places(life):
    assert len(found(NAME, EMAIL, PHONE, SECRET)) > 20


def test_after_an_erasure_no_table_holds_name_address_telephone_or_what_was_private(erased):
    assert found(NAME, EMAIL, PHONE, SECRET) == STAYS
    assert erased.full_name.startswith("Former member ")
    assert not erased.is_active
    assert not erased.has_usable_password()


def test_the_log_keeps_which_person_was_erased_for_after_a_restore(
    person, life, admin, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level("INFO", logger="apps.datarights.erasure")
    request = DataRequest.ask(person, "erase", "")
    request.move("take", by=admin)
    request.move("erase", by=admin)
    with django_capture_on_commit_callbacks(execute=True):
        data_rights()
    said = [line.getMessage() for line in caplog.records if line.name.endswith("erasure")]
    assert said == [f"Erased person {person.pk}, request {request.reference}"]


def test_after_an_erasure_no_file_of_the_person_is_left(
    person, admin, life, settings, django_capture_on_commit_callbacks
):
    talk = make.conversation_over(life["pair"].network, person)
    photo = Photograph.objects.create(
        conversation=talk,
        people=1,
        uploaded_by=life["other"],
        description="A talk",
        size=1,
        file=make.picture(),
        name="picture.jpg",
        content_type="image/jpeg",
        sha256="0",
    )
    PhotoConsent.objects.create(photograph=photo, user=person, recorded_by=life["other"])
    DataExport.ask(person)
    data_rights()
    export = DataExport.objects.get()
    stored = {path.name for path in settings.UPLOAD_DIR.iterdir()}
    assert {photo.file.name, export.file} <= stored
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=admin)
    left = {path.name for path in settings.UPLOAD_DIR.iterdir()}
    assert stored - left == {photo.file.name, export.file}
    kept = b"".join(path.read_bytes() for path in settings.UPLOAD_DIR.iterdir())
    for string in (NAME, EMAIL, PHONE, SECRET):
        assert string.encode() not in kept


def test_somebody_without_an_account_is_erased_by_their_address(life, person):
    gone = "gone@test.example"
    interest = Interest.objects.create(
        full_name="Gil Gone", email=gone, wish="peer", words="I was ill"
    )
    booking = Booking.objects.create(
        conversation=make.conversation(life["pair"].network), name="Gil Gone", email=gone
    )
    out = io.StringIO()
    call_command("erase_address", gone.upper(), stdout=out)
    assert "Say --erase" in out.getvalue()
    assert Interest.objects.filter(pk=interest.pk).exists()
    hold = held_thing(life["office"], booking)
    with pytest.raises(CommandError, match="A hold is on “Places at Conversations”"):
        call_command("erase_address", gone, erase=True, stdout=out)
    assert Interest.objects.filter(pk=interest.pk).exists()
    Hold.objects.filter(pk=hold.pk).update(until=timezone.localdate() - timedelta(days=1))
    call_command("erase_address", gone, erase=True, stdout=out)
    assert "Erased: 2" in out.getvalue()
    booking.refresh_from_db()
    assert (booking.name, booking.email) == ("", "")
    assert found(gone, "Gil Gone", "I was ill") == set()
    assert Interest.objects.filter(email=EMAIL).exists()
    with pytest.raises(CommandError, match="account"):
        call_command("erase_address", EMAIL, erase=True)


def test_after_an_erasure_the_record_stands(erased, life):
    life["minutes"].refresh_from_db()
    assert NAME in life["minutes"].body
    assert life["meeting"].attendances.filter(user=erased).exists()
    assert Recommendation.objects.filter(assignment__reviewer=erased, text="It is clear.").exists()
    life["reply"].refresh_from_db()
    assert life["reply"].text == f"Thank you, {erased.full_name}, well said"
    life["post"].refresh_from_db()
    assert life["post"].text == "Removed."
    assert not Membership.objects.filter(user=erased).current().exists()
    assert CheckIn.objects.get().how == "Sally's own"
    assert SupportRequest.objects.get() == life["other_request"]
    assert InvolvementClaim.objects.filter(user=erased).exists()


def test_after_an_erasure_a_named_answer_stays_as_nobodys_and_a_draft_goes(person, admin):
    consultation = make.consultation(make.working_group(), naming="choice")
    second = make.consultation(make.working_group(), naming="named")
    for other in (None, UserFactory()):
        Response.objects.create(
            consultation=consultation, user=other, answers={"1": "Theirs"}, sent=True
        )
    Response.objects.create(
        consultation=consultation,
        user=person,
        sent=True,
        answers={"1": "Mine", "2": f"I am {person.full_name}, ring me."},
    )
    Response.objects.create(consultation=second, user=person, answers={"1": "Begun"})
    Participation.objects.create(consultation=consultation, user=person)
    erasure.erase(person, by=admin)
    assert not Response.objects.filter(user=person).exists()
    assert sorted(one.answers["1"] for one in Response.objects.all()) == [
        "Mine",
        "Theirs",
        "Theirs",
    ]
    assert consultation.participations.count() == 1
    # As every nameless response has a code, one without would be the erased person's.
    assert all(one.code_hash for one in Response.objects.filter(answers__has_key="2"))
    said = Response.objects.get(answers__has_key="2").answers["2"]
    assert said == "I am somebody, ring me."


def test_after_an_erasure_the_audit_trail_is_sound(erased):
    sealing.seal()
    assert sealing.check().problems == 0
    assert AuditEntry.objects.about(erased).filter(action="erase_person").exists()


def test_an_erased_account_cannot_be_opened_again(client, erased, life):
    response = browser(client, life["office"]).post(
        f"/people/{erased.pk}/reopen/", {"reason": "Again"}
    )
    assert response.status_code == 403


def test_the_preview_says_beforehand_what_becomes_of_each_thing(client, person, life, admin):
    lines = erasure.preview(person)
    assert {"What helps you take part", "Support that you asked for"} <= {
        line.what for line in lines["delete"]
    }
    assert "Your account" in {line.what for line in lines["change"]}
    assert all(line.why for line in lines["keep"] + lines["change"])
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    page = browser(client, admin)
    address = f"{request.get_absolute_url()}erase/"
    assert b"What helps you take part: 1" in page.get(address).content
    assert page.post(address, {"typed": "no"}).status_code == 422
    assert page.post(address, {"typed": request.reference.lower()}).status_code == 302
    request.refresh_from_db()
    assert request.state in ("erasing", "done")


def test_an_erasure_that_is_killed_changed_nothing_and_is_carried_out_later(
    person, life, admin, monkeypatch
):
    request = DataRequest.ask(person, "erase")
    request.move("take", by=admin)
    request.move("erase", by=admin)

    def die(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "_scrub", die)
        with pytest.raises(KeyboardInterrupt):
            data_rights()
    person.refresh_from_db()
    assert person.full_name == NAME
    assert SupportProfile.objects.filter(user=person).exists()
    data_rights()
    person.refresh_from_db()
    assert person.full_name != NAME
    assert data_rights() == 0


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Write to ann@test.example.", "Write to X."),
        ("Write to joann@test.example", "Write to joann@test.example"),
        ("ANN ABBOTT's idea", "X's idea"),
        ("Joann Abbott", "Joann Abbott"),
        ("Ann Abbottson", "Ann Abbottson"),
        ({"who": ["Ann Abbott", 3]}, {"who": ["X", 3]}),
    ],
    ids=str,
)
def test_whole_names_and_addresses_are_replaced_and_nothing_else(text, becomes):
    identity = Identity.of(User(full_name="Ann Abbott", email="ann@test.example", phone="123"))
    assert identity.replaced(text, "X") == becomes


# --- consent ----------------------------------------------------------------------------------
def test_the_consent_page_lists_what_was_agreed_to_and_where_to_take_it_back(client, person, life):
    profile = person.support_profile
    profile.share_with = "co_leads"
    profile.save()
    page = browser(client, person).get("/profile/consents/").content.decode()
    assert "Your name in the practice register: Wednesday walk" in page
    assert "What helps you take part may be read by" in page
    name = PracticeName.objects.get(user=person)
    assert client.get(f"/network/consent/{name.pk}/").status_code == 200
    name.move("withdraw", by=person)
    assert "practice register:" not in client.get("/profile/consents/").content.decode()
