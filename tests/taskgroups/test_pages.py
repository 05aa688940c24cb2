"""Pages of outputs: who sees what, input that is kept, files, lists of any length."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import HR, OFFICE
from apps.core.exceptions import NotYet
from apps.groups.roles import Role
from apps.taskgroups.models.output import Attachment, Output, OutputVersion
from apps.taskgroups.models.stage import Stage, composition
from apps.taskgroups.models.suggestion import Suggestion
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, programme_user, working_group
from ..pages import source
from ..scale import analyze

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return working_group()


@pytest.fixture
def leads(group):
    return make.leads(group)


@pytest.fixture
def output(group):
    return make.output(group)


@pytest.fixture
def steering():
    return make.steering_group()[1]


def sign_in(client, user):
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def text_file(name="notes.txt", text=b"Some notes"):
    return SimpleUploadedFile(name, text)


# --- who sees what --------------------------------------------------------------------------------
def seen_by(output, *people):
    return [Output.objects.visible_to(user).filter(pk=output.pk).exists() for user in people]


def test_drafts_are_for_the_group_the_steering_group_and_the_office(output, leads, steering):
    elsewhere = UserFactory()
    appoint(working_group(), elsewhere)
    hr, office, outsider = programme_user(HR), programme_user(OFFICE), UserFactory()
    people = (leads[0], steering, office, elsewhere, hr, outsider)
    assert seen_by(output, *people) == [True, True, True, False, False, False]
    output.share(Output.SharedWith.PROGRAMME, by=leads[0])
    assert seen_by(output, *people) == [True, True, True, True, True, False]
    make.in_review(output, steering)
    assert seen_by(output, *people) == [True, True, True, True, True, False]
    output.share(Output.SharedWith.GROUP, by=leads[0])
    assert seen_by(output, *people) == [True, True, True, False, False, False]
    output.move("accept", by=steering)
    assert seen_by(output, *people) == [True, True, True, True, True, False]


def test_whose_membership_is_over_sees_nothing_of_the_programme(output, leads, steering):
    user = UserFactory()
    membership = appoint(working_group(), user)
    make.accepted(output, steering)
    assert seen_by(output, user) == [True]
    membership.end(by=programme_user(OFFICE))
    assert seen_by(output, user) == [False]


def test_an_outsider_who_guesses_addresses_finds_nothing(client, output, leads, steering):
    file = Attachment.add(output, text_file(), by=leads[0], title="Notes", use="beside")
    suggestion = make.suggestion(output, leads[1])
    make.suggestion(output, leads[1])
    for user in (UserFactory(), StaffFactory()):
        sign_in(client, user)
        for name, args in (
            ("output", [output.pk]),
            ("output_version", [output.pk, 1]),
            ("output_differences", [output.pk]),
            ("output_file", [file.pk]),
            ("output_edit", [output.pk]),
            ("suggestion", [suggestion.pk]),
            ("output_history", [output.pk]),
            ("suggest", [output.pk]),
        ):
            assert client.get(reverse(name, args=args)).status_code == 404, name
        assert output.title not in client.get(reverse("outputs")).content.decode()


# --- files ----------------------------------------------------------------------------------------
def test_a_file_is_a_download_that_no_browser_opens_as_a_page(client, output, leads):
    sign_in(client, leads[0])
    url = reverse("output_file_add", args=[output.pk])
    data = {"title": "Notes", "use": "easy_read", "file": text_file()}
    assert client.post(url, data).status_code == 302
    file = Attachment.objects.get()
    response = client.get(file.get_absolute_url())
    assert b"".join(response.streaming_content) == b"Some notes"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "file",
    [text_file("page.html", b"<script>"), text_file("paper.pdf", b"MZ program"), None],
    ids=["html", "program", "none"],
)
def test_a_file_of_another_kind_is_refused_and_the_title_kept(client, output, leads, file):
    sign_in(client, leads[0])
    data = {"title": "My title", "use": "beside"} | ({"file": file} if file else {})
    page = client.post(reverse("output_file_add", args=[output.pk]), data)
    assert page.status_code == 422
    assert "My title" in page.content.decode()
    assert not Attachment.objects.exists()


def test_files_go_on_to_the_next_version_and_stay_with_the_one_before(
    output, leads, steering, django_capture_on_commit_callbacks
):
    first = Attachment.add(output, text_file(), by=leads[0], title="Notes", use="beside")
    make.changes_requested(output, steering)
    output.move("next_version", by=leads[0])
    second = output.latest.files.get()
    assert (second.title, second.file.name) == (first.title, first.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        second.remove(by=leads[0])
    assert first.file.storage.exists(first.file.name)
    assert list(Attachment.objects.all()) == [first]


def test_a_file_is_gone_from_the_disk_once_no_version_holds_it(
    output, leads, django_capture_on_commit_callbacks
):
    file = Attachment.add(output, text_file(), by=leads[0], title="Notes", use="beside")
    name, storage = file.file.name, file.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        file.remove(by=leads[0])
    assert not storage.exists(name)


def test_an_easy_read_file_is_enough_where_easy_read_is_required(client, leads, group):
    output = make.output(group, easy_read_required=True)
    with pytest.raises(NotYet):
        output.sign(by=leads[0])
    Attachment.add(output, text_file(), by=leads[0], title="Easy", use="easy_read")
    assert make.submitted(output).state == Output.State.SUBMITTED


# --- signing --------------------------------------------------------------------------------------
def test_given_other_words_by_now_when_signed_then_409_and_no_signature(client, output, leads):
    sign_in(client, leads[0])
    url = reverse("output_sign", args=[output.pk])
    seen = client.get(url).context["form"].initial["seen"]
    output.write(by=leads[1], seen=output.latest.revision, body="Other words")
    assert client.post(url, {"seen": seen}).status_code == 409
    assert output.signatures() == []


def ticked(output, leads, member):
    make.changes_requested(output, make.steering_group()[1])
    output.move("next_version", by=leads[0])
    asked = output.changes_asked.get()
    asked.tick("In the last line.", by=leads[1])
    return lambda: asked.tick("We will not.", by=leads[1])


def answered_by_another(output, leads, member):
    suggestion = make.suggestion(output, member)
    suggestion.reply("agree", "Yes.", by=leads[1])
    return lambda: suggestion.answer_again("agree", "Yes, but later.", by=leads[1])


def objected(output, leads, member):
    suggestion = make.suggestion(output, member)
    suggestion.reply("agree", "Yes.", by=leads[1])
    return lambda: suggestion.object("I meant her number.", by=member)


def suggested_and_answered(output, leads, member):
    return lambda: make.suggestion(output, member).reply("turn_down", "No.", by=leads[1])


def relabelled(output, leads, member):
    return lambda: output.relabel(by=leads[1], title="Another title")


def file_added(output, leads, member):
    file = SimpleUploadedFile("plan.txt", b"A plan.")
    return lambda: Attachment.add(output, file, by=leads[1], title="Plan", use="beside")


@pytest.mark.parametrize(
    "change",
    [ticked, answered_by_another, objected, suggested_and_answered, relabelled, file_added],
)
def test_given_a_page_from_before_then_it_signs_nothing_that_changed_since(
    client, group, output, leads, change
):
    member = UserFactory()
    appoint(group, member)
    carry_out = change(output, leads, member)
    sign_in(client, leads[0])
    url = reverse("output_sign", args=[output.pk])
    seen = client.get(url).context["form"].initial["seen"]
    carry_out()
    assert client.post(url, {"seen": seen}).status_code == 409
    assert client.post(url, {"seen": output.latest.revision}).status_code == 409
    assert output.signatures() == []
    seen = client.get(url).context["form"].initial["seen"]
    assert client.post(url, {"seen": seen}).status_code == 302
    assert len(output.signatures()) == 1


def test_given_something_missing_when_signed_then_the_page_says_what(client, group, leads):
    output = make.output(group, summary="")
    sign_in(client, leads[0])
    page = client.post(reverse("output_sign", args=[output.pk]), {"seen": output.signed_for})
    assert page.status_code == 422
    assert "Write the plain-language summary." in page.content.decode()


def test_given_an_empty_seat_then_the_page_says_what_to_do(client, output, leads):
    office = programme_user(OFFICE)
    output.group.memberships.get(user=leads[0]).end(by=office)
    page = sign_in(client, leads[1]).get(output.get_absolute_url()).content.decode()
    assert "Ask the programme office to appoint somebody." in page
    page = sign_in(client, office).get(output.get_absolute_url()).content.decode()
    assert reverse("appoint", args=[output.group.slug]) in page


# --- steering's wishes and evidence ---------------------------------------------------------------
def test_the_steering_group_asks_for_easy_read_and_a_date(client, output, leads, steering):
    sign_in(client, steering)
    data = {"easy_read_required": "on", "due_day": 1, "due_month": 3, "due_year": 2030}
    assert client.post(reverse("output_ask", args=[output.pk]), data).status_code == 302
    output.refresh_from_db()
    assert (output.due.isoformat(), output.easy_read_required) == ("2030-03-01", True)
    with pytest.raises(NotYet, match="easy-read"):
        output.sign(by=leads[0])


def test_evidence_can_be_a_file_and_the_programme_reads_it(client, output, leads, steering):
    make.accepted(output, steering)
    sign_in(client, steering)
    url = reverse("output_implement", args=[output.pk])
    assert client.post(url, {"evidence": ""}).status_code == 422
    assert client.post(url, {"evidence": "", "file": text_file()}).status_code == 302
    file = Attachment.objects.get(use="evidence")
    sign_in(client, programme_user(HR))
    answer = client.get(file.get_absolute_url())
    assert b"".join(answer.streaming_content) == b"Some notes"


# --- lists ----------------------------------------------------------------------------------------
def many(group, by, how_many):
    """Outputs in bulk, each with a version and a suggestion."""
    now = timezone.now()
    made = Output.objects.bulk_create(
        [
            Output(
                group=group,
                title=f"Output {n}",
                created_by=by,
                changed_at=now,
                kind="plan",
                state=list(Output.State)[n % 8],
                shared_with="programme",
            )
            for n in range(how_many)
        ],
        batch_size=2000,
    )
    versions = OutputVersion.objects.bulk_create(
        [OutputVersion(output=output, number=1, body="Words") for output in made], batch_size=2000
    )
    Suggestion.objects.bulk_create(
        [
            Suggestion(
                output=version.output,
                version=version,
                by=by,
                text="Fewer words.",
                constituency=by.constituency,
            )
            for version in versions
        ],
        batch_size=2000,
    )
    analyze()
    return made


def queries(client, url, **query):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, query).status_code == 200
    return len(captured)


@pytest.mark.differs
@pytest.mark.usefixtures("at_one_moment")
@pytest.mark.parametrize("who", ["lead", "steering", "elsewhere"])
def test_lists_ask_as_much_for_ten_outputs_as_for_ten_thousand(client, group, leads, steering, who):
    elsewhere = UserFactory()
    appoint(working_group(), elsewhere)
    user = {"lead": leads[0], "steering": steering, "elsewhere": elsewhere}[who]
    sign_in(client, user)
    stage = make.stage()
    stage.groups.add(group)
    pages = [
        (reverse("outputs"), {}),
        (reverse("outputs"), {"state": "draft", "sort": "due"}),
        (reverse("uptake"), {}),
        (stage.get_absolute_url(), {}),
        (reverse("stages"), {}),
        (reverse("home"), {}),
    ]
    for url, _ in pages:
        client.get(url)  # a session, and a process, ask more at their first pages
    many(group, leads[0], 10)
    few = [queries(client, url, **query) for url, query in pages]
    many(group, leads[0], 9_990)
    assert [queries(client, url, **query) for url, query in pages] == few
    assert max(few[:-1]) <= 15  # the home page is everybody's


def test_a_page_asks_as_much_for_one_suggestion_as_for_three(client, output, leads):
    sign_in(client, leads[0])
    url = output.get_absolute_url()
    make.suggestion(output, leads[1])
    client.get(url)  # a session asks more at its first page
    one = queries(client, url)
    for _ in range(2):
        make.taken_up(make.suggestion(output, leads[1]), leads[0])
    assert queries(client, url) <= one
    assert one <= 15


def test_a_list_is_narrowed_and_ordered_as_asked(client, group, leads):
    sign_in(client, leads[0])
    stage = make.stage()
    soon, later = timezone.localdate(), timezone.localdate() + timezone.timedelta(days=9)
    b = make.output(group, title="B", kind="plan", stage=stage, due=later)
    a = make.output(group, title="A", kind="guide", due=soon)
    c = make.output(group, title="C", kind="guide")
    c.move("withdraw", by=leads[0], note="No.")

    def found(**query):
        return [one.title for one in client.get(reverse("outputs"), query).context["object_list"]]

    assert found() == ["C", "A", "B"]
    assert found(sort="title") == ["A", "B", "C"]
    assert found(sort="due") == ["A", "B", "C"]
    assert found(kind="plan") == ["B"]
    assert found(stage=stage.pk) == ["B"]
    assert found(state="withdrawn") == ["C"]
    assert found(group=group.slug, kind="guide", sort="title") == ["A", "C"]
    # What does not fit is left out of account.
    assert found(state="nonsense", sort="nonsense", kind="plan") == ["B"]
    assert b.pk
    assert a.pk


# --- stages and voices ----------------------------------------------------------------------------
def test_a_missing_voice_is_seen_until_somebody_speaks_for_it(client, group, leads):
    assert [voice.label for voice in composition(group) if voice.is_missing] == [
        "Peers and Sponsors Network",
        "Human Resources",
        "Communications",
        "Equality and Human Rights",
    ]
    appoint(group, StaffFactory(known_as="Hana"), Role.REPRESENTATIVE, represents="hr")
    sign_in(client, leads[0])
    page = source(client.get(group.get_absolute_url()))
    assert "Human Resources: Hana" in page
    assert "Communications: nobody speaks for them" in page


def test_the_terms_say_which_voices_are_needed(client, group, leads):
    sign_in(client, leads[0])
    today = timezone.localdate()
    data = {
        "seen": 1,
        "text": "We decide together.",
        "quorum_members": 3,
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "notice_days": 7,
        "peer_workers": "staff",
        "voices": ["hr"],
        "in_force_from_day": today.day,
        "in_force_from_month": today.month,
        "in_force_from_year": today.year,
    }
    assert client.post(reverse("terms_add", args=[group.slug]), data).status_code == 302
    terms = group.proposed_terms
    terms.move("sign", by=leads[1])
    terms.follow("adopt", by=leads[1])
    group.terms_of_reference.filter(pk=terms.pk).update(in_force_from=today)
    assert [voice.label for voice in composition(group)] == ["Human Resources"]
    page = client.get(reverse("terms", args=[group.slug, 2])).content.decode()
    assert "Voices needed" in page


def test_a_stage_with_outputs_is_not_removed(client, group):
    stage = make.stage()
    make.output(group, stage=stage)
    sign_in(client, programme_user(OFFICE))
    page = client.post(reverse("stage_remove", args=[stage.pk]))
    assert page.status_code == 422
    assert "This stage has outputs" in page.content.decode()
    assert Stage.objects.exists()


def test_a_stage_that_ends_before_it_begins_is_refused_and_kept(client):
    sign_in(client, programme_user(OFFICE))
    data = {
        "name": "Backwards",
        "order": 1,
        "aim": "None",
        "starts_day": 2,
        "starts_month": 2,
        "starts_year": 2027,
        "ends_day": 1,
        "ends_month": 2,
        "ends_year": 2027,
    }
    page = client.post(reverse("stage_add"), data)
    assert page.status_code == 422
    assert "Backwards" in page.content.decode()


# --- closing a group ------------------------------------------------------------------------------
def test_a_group_closes_only_when_all_its_outputs_are_decided(group, output, leads):
    office = programme_user(OFFICE)
    group.move("wind_down", by=office, note="Done.")
    with pytest.raises(NotYet, match="1 output is not decided yet"):
        group.move("close", by=office, note="Done.")
    output.move("withdraw", by=leads[0], note="Done.")
    group.move("close", by=office, note="Done.")
