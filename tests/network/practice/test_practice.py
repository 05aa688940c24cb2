"""The practice register: written, consented, published, made public, shared, exported."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import NotYet, StaleEdit
from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.meetings.models.agenda import AgendaItem
from apps.network.practice.models import Practice, PracticeName
from tests import factories as make
from tests.factories import StaffFactory, UserFactory, appoint
from tests.pages import source

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture
def published(network, peer):
    return make.practice(network, peer, state="published")


def ask(practice, user, part="peer"):
    return PracticeName.ask(practice, user, part, by=practice.owner)


def public(practice, comms, *, show=True, **fields):
    defaults = {"public_title": "Walking", "public_text": "We walk.", "public_join": "Come."}
    practice.refresh_from_db()
    practice.edit_public(practice.revision, by=comms, show=show, **defaults | fields)
    practice.refresh_from_db()
    return practice


def page(client, url):
    return source(client.get(url))


# --- writing ----------------------------------------------------------------------------------
FIVE = {
    "title": "Wednesday walk",
    "kind": "informal",
    "borough": "bexley",
    "what_happens": "We walk.",
    "learnt": "Bring tea.",
}


def test_given_five_answers_then_there_is_a_draft_that_can_be_sent_in_as_it_is(
    network, peer, sign_in, sent, lead
):
    answer = sign_in(peer).post(reverse("practice_questions"), FIVE)
    practice = Practice.objects.get()
    assert answer.url == practice.get_absolute_url()
    assert (practice.state, practice.owner, practice.learnt) == ("draft", peer, "Bring tea.")
    practice.move("submit", by=peer)
    assert ("An entry for the practice register to read", lead.email) in sent()


def test_given_an_answer_missing_then_the_others_are_kept(network, peer, sign_in):
    answer = sign_in(peer).post(reverse("practice_questions"), FIVE | {"kind": ""})
    assert answer.status_code == 422
    assert "We walk." in answer.content.decode()
    assert "Choose who runs it" in answer.content.decode()


def test_given_a_draft_with_only_a_name_then_it_is_saved_but_not_sent_in(network, peer, sign_in):
    sign_in(peer).post(reverse("practice_add"), {"title": "Garden"})
    practice = Practice.objects.get()
    with pytest.raises(NotYet, match="who runs it, where it is, what happens"):
        practice.move("submit", by=peer)


def test_the_page_says_beforehand_what_is_missing_and_where_to_add_it(network, peer, sign_in):
    sign_in(peer).post(reverse("practice_add"), {"title": "Garden"})
    practice = Practice.objects.get()
    shown = page(sign_in(peer), practice.get_absolute_url())
    change = reverse("practice_change", args=[practice.pk])
    assert f'<a href="{change}">This entry still needs: who runs it' in shown


def test_given_no_steering_meeting_then_the_page_says_so_and_has_no_button(
    published, peer, sign_in
):
    shown = page(sign_in(peer), published.get_absolute_url())
    assert "No meeting of the steering group is planned yet." in shown
    assert reverse("practice_share", args=[published.pk]) not in shown


@pytest.mark.parametrize("year", ["1900", "2027", "x"])
def test_given_a_year_that_cannot_be_then_it_is_not_taken(network, peer, sign_in, year):
    answer = sign_in(peer).post(reverse("practice_add"), FIVE | {"since_year": year})
    assert answer.status_code == 422


def test_given_two_who_edit_at_once_then_the_second_keeps_their_words(network, peer, lead, sign_in):
    practice = make.practice(network, peer, state="submitted")
    seen = practice.revision
    practice.edit(seen, by=lead, title="Walk at ten")
    with pytest.raises(StaleEdit):
        practice.edit(seen, by=lead, title="Another")
    answer = sign_in(lead).post(
        reverse("practice_change", args=[practice.pk]),
        FIVE | {"title": "My words", "seen": seen},
    )
    assert answer.status_code == 422
    assert "My words" in answer.content.decode()
    practice.refresh_from_db()
    assert practice.title == "Walk at ten"
    again = answer.context["form"]["seen"].value()
    answer = sign_in(lead).post(
        reverse("practice_change", args=[practice.pk]),
        FIVE | {"title": "My words", "seen": again},
    )
    assert answer.status_code == 302


def test_given_sent_back_then_the_author_reads_why_and_sends_it_in_again(
    network, peer, lead, sign_in, sent
):
    practice = make.practice(network, peer, state="submitted")
    practice.move("send_back", by=lead, note="Where do you meet?")
    assert ("Your entry in the practice register", peer.email) in sent()
    assert "Where do you meet?" in page(sign_in(peer), practice.get_absolute_url())
    practice.move("submit", by=peer)
    practice.move("publish", by=lead)
    assert practice.state == "published"


def test_given_the_author_alone_then_they_cannot_publish(network, peer):
    practice = make.practice(network, peer, state="submitted")
    with pytest.raises(PermissionDenied):
        practice.move("publish", by=peer)


def test_given_an_author_who_left_then_those_who_publish_see_the_draft(network, peer, lead, office):
    draft = make.practice(network, peer)
    assert not Practice.objects.visible_to(lead).filter(pk=draft.pk).exists()
    peer.close(by=office, reason="Left.")
    assert Practice.objects.visible_to(lead).filter(pk=draft.pk).exists()
    assert Practice.objects.visible_to(office).filter(pk=draft.pk).exists()


# --- names --------------------------------------------------------------------------------------
def test_given_a_name_not_answered_then_it_is_not_published_and_not_shown(
    network, peer, sponsor, lead, sign_in, sent
):
    practice = make.practice(network, peer, state="submitted")
    name = ask(practice, sponsor, "sponsor")
    assert ("May we name you?", sponsor.email) in sent()
    assert "Sam Sponsor, sponsor" not in page(sign_in(lead), practice.get_absolute_url())
    with pytest.raises(NotYet, match="1 person has not yet said"):
        practice.move("publish", by=lead)
    name.answer("no", by=sponsor)
    practice.move("publish", by=lead)
    assert "Sam Sponsor, sponsor" not in page(sign_in(peer), practice.get_absolute_url())


@pytest.mark.parametrize(
    ("choice", "inside", "outside"),
    [("no", False, False), ("inside", True, False), ("public", True, True)],
)
def test_a_name_is_shown_as_widely_as_its_person_agreed(
    network, published, sponsor, comms, sign_in, client, choice, inside, outside
):
    name = ask(published, sponsor, "sponsor")
    sign_in(sponsor).post(reverse("consent", args=[name.pk]), {"choice": choice})
    public(published, comms)
    shown = "Sam Sponsor, sponsor who leads"
    assert (shown in page(sign_in(comms), published.get_absolute_url())) == inside
    client.logout()
    address = reverse("public_practice", args=[published.slug])
    assert ("Sam Sponsor" in page(client, address)) == outside


def test_given_a_name_taken_back_at_any_time_then_it_is_gone_everywhere(
    published, sponsor, comms, sign_in, client, lead, sent
):
    name = ask(published, sponsor, "sponsor")
    name.answer("public", by=sponsor)
    public(published, comms)
    sent()
    name.answer("no", by=sponsor)
    assert name.state == "withdrawn"
    assert ("A name was taken off the practice register", lead.email) in sent()
    csv_file = sign_in(lead).get(reverse("practices_csv"))
    assert "Sam" not in b"".join(csv_file.streaming_content).decode()
    assert "Sam Sponsor, sponsor" not in page(sign_in(lead), published.get_absolute_url())
    client.logout()
    assert "Sam" not in page(client, reverse("public_practice", args=[published.slug]))
    name.answer("inside", by=sponsor)  # and may say yes again
    assert name.state == "agreed"


def test_nobody_answers_for_somebody_with_an_account(published, peer, sponsor, lead, office):
    name = ask(published, sponsor)
    for person in (peer, lead, office):
        with pytest.raises(PermissionDenied):
            name.answer("public", by=person)
    with pytest.raises(NotYet, match="asked already"):
        ask(published, sponsor)
    name.answer("no", by=sponsor)
    with pytest.raises(NotYet, match="Only they"):
        ask(published, sponsor)


def test_given_consent_on_paper_then_it_is_kept_with_its_date_and_the_name_goes_with_it(
    published, peer, sign_in, lead
):
    day = timezone.localdate() - timedelta(days=3)
    data = {
        "name": "Jo Example",
        "part": "other",
        "level": "inside",
        "paper_on_day": day.day,
        "paper_on_month": day.month,
        "paper_on_year": day.year,
    }
    sign_in(peer).post(reverse("practice_name_paper", args=[published.pk]), data)
    name = PracticeName.objects.get()
    assert (name.state, name.paper_on) == ("agreed", day)
    assert "Jo Example, takes part" in page(sign_in(lead), published.get_absolute_url())
    name.move("withdraw", by=lead)
    assert not PracticeName.objects.filter(name__contains="Jo").exists()
    assert not AuditEntry.objects.filter(note__contains="Jo").exists()


# --- the public page --------------------------------------------------------------------------
def test_only_communications_writes_what_everybody_reads(
    published, comms, office, lead, sign_in, client
):
    url = reverse("practice_public", args=[published.pk])
    for person in (office, lead):
        assert sign_in(person).get(url).status_code == 403
    assert sign_in(comms).get(url).context["form"].initial["public_title"] == published.title
    data = {
        "public_title": "Walking",
        "public_text": "- slowly",
        "public_join": "",
        "show": "on",
        "seen": published.revision,
    }
    assert sign_in(comms).post(url, data).status_code == 302
    published.refresh_from_db()
    client.logout()
    assert "<li>slowly</li>" in page(client, reverse("public_practice", args=[published.slug]))
    assert published.what_happens not in page(
        client, reverse("public_practice", args=[published.slug])
    )


def test_given_not_shown_or_archived_then_the_public_page_is_gone(published, comms, lead, client):
    public(published, comms)
    address = reverse("public_practice", args=[published.slug])
    assert client.get(address).status_code == 200
    public(published, comms, show=False)
    assert client.get(address).status_code == 404
    public(published, comms)
    published.move("archive", by=lead, note="It has ended.")
    assert client.get(address).status_code == 404
    assert "Walking" not in page(client, reverse("public_practices"))
    published.move("bring_back", by=lead)
    assert client.get(address).status_code == 404  # until Communications says so again


def test_the_public_list_searches_what_is_public_and_nothing_else(published, comms, client):
    public(published, comms)
    address = reverse("public_practices")
    assert "Walking" in page(client, f"{address}?q=walking&borough=bexley&kind=informal")
    assert "Walking" not in page(client, f"{address}?q=together")  # the inside text
    assert "Walking" not in page(client, f"{address}?borough=bromley")


def test_the_public_file_holds_what_is_public_and_nothing_else(published, comms, client):
    public(published, comms)

    def file(**query):
        return b"".join(client.get(reverse("public_practices_csv"), query)).decode("utf-8-sig")

    assert "Walking" in file(borough="bexley")
    assert f"/practice/{published.slug}/" in file()
    assert "together" not in file()  # the inside text
    assert len(file(borough="bromley").splitlines()) == 1


# --- sharing with the steering group ----------------------------------------------------------
def test_given_a_co_lead_shares_then_it_is_proposed_for_the_next_steering_meeting(
    published, steering, lead, sign_in, sent
):
    with pytest.raises(NotYet, match="No meeting"):
        published.share(by=lead)
    later = make.published(steering, starts_at=timezone.now() + timedelta(days=40))
    following = make.published(steering, starts_at=timezone.now() + timedelta(days=12))
    sent()
    share = published.share(by=lead)
    assert (share.item.meeting, share.item.state) == (following, "proposed")
    assert share.item.meeting != later
    runner = following.created_by
    assert ("An agenda item was proposed: Saturday 5 December", runner.email) in sent()
    assert following.when in page(sign_in(lead), published.get_absolute_url())
    with pytest.raises(NotYet, match="already"):
        published.share(by=lead)
    share.item.move("decline", by=runner, note="Too full.")
    assert published.share(by=lead).item.meeting == following


def test_given_somebody_who_plans_that_meeting_then_it_is_on_the_agenda_at_once(
    published, steering, lead
):
    appoint(steering, lead, Role.SECRETARY)
    make.meeting(steering, by=lead)
    item = published.share(by=lead).item
    assert (item.state, item.position) == (AgendaItem.State.ACCEPTED, 1)


def test_given_a_meeting_that_is_not_announced_then_its_day_is_not_told(
    published, steering, lead, sign_in
):
    meeting = make.meeting(steering)
    published.share(by=lead)
    shown = page(sign_in(lead), published.get_absolute_url())
    assert "not announced yet" in shown
    assert meeting.when not in shown


def test_given_a_draft_then_it_is_not_shared_and_a_stranger_shares_nothing(
    network, peer, published, steering
):
    make.published(steering)
    with pytest.raises(NotYet, match="published"):
        make.practice(network, peer).share(by=peer)
    other = UserFactory()
    appoint(network, other)
    with pytest.raises(PermissionDenied):
        published.share(by=other)


# --- the file -----------------------------------------------------------------------------------
def test_the_file_has_the_list_as_filtered_without_formulas(network, peer, lead, sign_in):
    make.practice(network, peer, state="published", title="=1+1")
    make.practice(network, peer, state="published", title="Choir", borough="bromley")
    make.practice(network, peer, title="A draft")
    answer = sign_in(lead).get(reverse("practices_csv"), {"borough": "bexley"})
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == ["Name", "'=1+1"]
    assert rows[1][1:3] == ["Informal peer support", "Bexley"]


def test_the_boroughs_are_the_trusts(settings, network, peer, sign_in):
    settings.BOROUGHS = ["Lewisham"]
    shown = page(sign_in(peer), reverse("practice_questions"))
    assert "Lewisham" in shown
    assert "Bexley" not in shown
    assert "Trust-wide" in shown


def test_somebody_of_no_group_has_no_register(published, sign_in):
    assert sign_in(UserFactory()).get(reverse("practices")).status_code == 403
    assert sign_in(StaffFactory()).get(published.get_absolute_url()).status_code == 404


def test_the_day_of_a_draft_that_was_called_off_is_not_told(published, steering, lead, sign_in):
    meeting = make.meeting(steering)
    published.share(by=lead)
    meeting.move("cancel", by=meeting.created_by, note="Changed plans.")
    assert meeting.when not in page(sign_in(lead), published.get_absolute_url())
