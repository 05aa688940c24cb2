"""Whoever takes something away, and presses again, reads that they did it: nobody else is told."""

from datetime import timedelta

import pytest
from django.urls import URLPattern, get_resolver, reverse

from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.core.converters import number_of
from apps.core.late import KEPT, TakesAway
from apps.governance.interests.models import DeclaredInterest
from apps.groups.roles import Role
from apps.network.pairs.models import CheckIn, HelpContact, HelpRequest
from apps.payments.models import Expense

from .. import factories as make
from ..recruitment import making
from ..reports.making import as_

pytestmark = pytest.mark.django_db
MINE = '<h1 class="nhsuk-heading-l">You did this already</h1>'
BACK = '<a href="{}">Go back to where it was</a>'


def pressed_twice(client, url, **sent):
    """The second answer's words; the first led somewhere that is there."""
    first = client.post(url, sent)
    assert (first.status_code, client.get(first.url).status_code) == (302, 200)
    again = client.post(url, sent)
    words = again.content.decode()
    assert (again.status_code, MINE in words) == (409, True), again.status_code
    assert "You did this on " in words
    return first.url, words


def test_a_line_of_a_claim_is_gone_for_who_took_it_out_and_for_others_never_was():
    peer = make.UserFactory()
    make.appoint(make.working_group(), peer)
    claim = make.claim(peer)
    [expense] = Expense.objects.filter(claim=claim)
    client, other_browser = as_(peer), as_(peer)
    url = reverse("claim_expense_remove", args=[claim.pk, expense.pk])
    led_to, words = pressed_twice(client, url)
    assert led_to == claim.get_absolute_url()
    assert BACK.format(led_to) in words
    assert "Nothing is left to do here." in words
    never = reverse("claim_expense_remove", args=[claim.pk, expense.pk + 1])
    answers = client.post(never), other_browser.post(url), as_(make.UserFactory()).post(url)
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert client.get(url).status_code == 405


def test_what_a_pair_wrote_is_gone_for_its_author_alone():
    network = make.network()
    pair = make.pair(network)
    mine = CheckIn.write(pair, by=pair.peer, on=clock.today(), how="We talked.")
    url = reverse("check_in_remove", args=[mine.pk])
    led_to, words = pressed_twice(as_(pair.peer), url)
    assert BACK.format(led_to) in words
    assert as_(pair.sponsor).post(url).status_code == 404


def test_whoever_ends_a_term_twice_reads_so_and_another_that_it_was_done():
    group = make.working_group()
    first, other = make.programme_user(OFFICE), make.programme_user(OFFICE)
    seat = make.appoint(group, make.UserFactory())
    url, reason = reverse("end_membership", args=[group.slug, seat.pk]), {"reason": "Thank you."}
    client = as_(first)
    _, words = pressed_twice(client, url, **reason)
    assert "What you sent this time was not used." in words
    answer = as_(other).post(url, reason)
    words = answer.content.decode()
    assert (answer.status_code, "This was done already" in words, MINE in words) == (
        409,
        True,
        False,
    )
    assert [one.get(url).status_code for one in (client, as_(first))] == [409, 404]  # *Back*
    assert as_(make.UserFactory()).post(url, reason).status_code == 404
    elsewhere = reverse("end_membership", args=[make.working_group().slug, seat.pk])
    assert as_(other).post(elsewhere, reason).status_code == 404


def test_what_a_move_takes_from_one_s_sight_leads_to_what_is_above_it_and_is_one_s_own_doing():
    network = make.network()
    first, other = make.leads(network)
    entry = make.practice(network, state="submitted")
    url = reverse("practice_move", args=[entry.pk, "send_back"])
    client, sent = as_(first), {"note": "Where do you meet?"}
    led_to, words = pressed_twice(client, url, **sent)
    assert led_to != entry.get_absolute_url()
    assert BACK.format(led_to) in words
    assert entry.title not in words
    assert as_(first).post(url, sent).status_code == 404  # another browser
    assert as_(other).post(url, sent).status_code == 404
    assert client.get(url).status_code == 409  # they went back
    publish = reverse("practice_move", args=[entry.pk, "publish"])
    assert client.post(publish).status_code == 404
    entry.refresh_from_db()
    entry.move("submit", by=entry.owner)
    assert client.post(url, sent).status_code == 302


def test_whoever_takes_somebody_off_a_panel_twice_reads_so():
    vacancy = making.vacancy()
    making.panel(vacancy)
    seat = vacancy.panel.serving().last()
    url = reverse("panel_remove", args=[vacancy.reference, seat.pk])
    client = as_(vacancy.created_by)
    _, words = pressed_twice(client, url, reason="They are ill.")
    assert f'href="{vacancy.get_absolute_url()}"' in words


def test_whoever_cancels_a_visit_twice_reads_so():
    vacancy = making.vacancy(state="open")
    at = clock.now() + timedelta(days=3)
    visit = vacancy.visits.create(starts_at=at, ends_at=at + timedelta(hours=1), place="Hub")
    url = reverse("visit_cancel", args=[vacancy.reference, visit.pk])
    pressed_twice(as_(vacancy.manager), url)
    other = as_(vacancy.peer_lead).post(url)
    assert (other.status_code, MINE in other.content.decode()) == (409, False)


def test_an_interest_that_is_over_is_said_to_be_off_one_s_list():
    person = make.UserFactory()
    made = DeclaredInterest.add(person, kind="financial", text="A shop.", is_public=False)
    url, client = reverse("interest_change", args=[made.pk]), as_(person)
    assert client.post(url, {"end": ""}).status_code == 302
    answer = client.post(url, {"end": ""})
    assert (answer.status_code, MINE in answer.content.decode()) == (409, True)
    assert as_(make.UserFactory()).post(url, {"end": ""}).status_code == 404
    assert client.get(url).status_code == 404


def patterns(among=None):
    for one in get_resolver().url_patterns if among is None else among:
        if isinstance(one, URLPattern):
            yield one
        elif one.namespace != "admin":
            yield from patterns(one.url_patterns)


def test_every_address_that_removes_something_takes_it_away():
    ways = ("_remove", "_delete", "_drop", "put_back")
    named = {str(one.name): one.callback for one in patterns()}
    views = {name: view for name, view in named.items() if name.endswith(ways)}
    assert len(views) > 10
    views |= {name: view for name, view in named.items() if name in ALSO}
    for name, view in views.items():
        if of := getattr(view, "view_class", None):
            first = next(one for one in of.__mro__[1:] if "dispatch" in vars(one))
            assert first is TakesAway, name  # before what finds the thing
        else:
            assert getattr(view, "takes_away", False), name


ALSO = (
    *("criterion_act", "question_act", "section_act"),
    *("recusal_back", "visit_cancel", "end_membership"),
)


# --- what nobody else learns ----------------------------------------------------------------------
def test_another_in_the_same_browser_learns_nothing_of_what_was_taken_away():
    """Sign out, sign in; sign in without having signed out; a session key renewed."""
    peer, other = make.UserFactory(), make.UserFactory()
    make.appoint(make.working_group(), peer)
    claim = make.claim(peer)
    [expense] = Expense.objects.filter(claim=claim)
    url = reverse("claim_expense_remove", args=[claim.pk, expense.pk])
    client = as_(peer)
    assert client.post(url).status_code == 302
    session = client.session
    session.cycle_key()
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert client.post(url).status_code == 409
    client.force_login(other, "apps.accounts.backends.SignIn")
    assert client.post(url).status_code == 404
    client.force_login(peer, "apps.accounts.backends.SignIn")
    assert client.post(url).status_code == 404


def test_no_more_is_kept_than_the_last_of_them():
    peer = make.UserFactory()
    make.appoint(make.working_group(), peer)
    claim, client = make.claim(peer), as_(peer)
    [expense] = Expense.objects.filter(claim=claim)
    urls = []
    for _ in range(KEPT + 1):
        expense.pk = None
        expense.save(force_insert=True)
        urls.append(reverse("claim_expense_remove", args=[claim.pk, expense.pk]))
        assert client.post(urls[-1]).status_code == 302
    assert [client.post(url).status_code for url in urls[:2]] == [404, 409]


def test_whoever_closes_an_account_does_not_learn_what_fell_with_it():
    """Only the two of a pair and the person named know that they asked for help."""
    network = make.network()
    pair = make.pair(network)
    office = make.programme_user(OFFICE)
    HelpContact.name(make.UserFactory(), by=office)
    asked = HelpRequest.ask(pair, by=pair.peer)
    url, client = reverse("help_move", args=[asked.pk, "lapse"]), as_(office)
    assert client.post(url).status_code == 404
    pair.peer.close(by=office, reason="They left.")
    assert client.post(url).status_code == 404


def test_whoever_lost_their_part_does_not_learn_what_became_of_it_since():
    network = make.network()
    first, _ = make.leads(network)
    entry = make.practice(network, state="submitted")
    url, sent = reverse("practice_move", args=[entry.pk, "send_back"]), {"note": "Where?"}
    client = as_(first)
    assert client.post(url, sent).status_code == 302
    office = make.programme_user(OFFICE)
    network.memberships.get(user=first, role=Role.CO_LEAD).end(by=office, reason="Left.")
    make.appoint(network, make.UserFactory(), Role.CO_LEAD)
    before = [client.post(url, sent).status_code, as_(first).post(url, sent).status_code]
    entry = type(entry).objects.get(pk=entry.pk)
    entry.move("submit", by=entry.owner)
    after = [client.post(url, sent).status_code, as_(first).post(url, sent).status_code]
    assert before == after == [409, 404]


# --- what was not done by this press --------------------------------------------------------------
def test_what_another_deleted_was_not_moved_up_by_this_press():
    group = make.working_group()
    made = make.consultation(group, to="draft")
    client, other = map(as_, make.leads(group))
    row = made.questions.last()
    url = reverse("question_act", args=[made.pk, row.pk, "up"])
    assert client.post(url).status_code == 302
    away = reverse("question_act", args=[made.pk, row.pk, "delete"])
    assert other.post(away).status_code == 302
    assert client.post(url).status_code == 404
    assert (other.post(away).status_code, client.post(away).status_code) == (409, 404)


def test_words_for_an_interest_that_is_over_are_not_said_to_be_done():
    person = make.UserFactory()
    made = DeclaredInterest.add(person, kind="financial", text="A shop.", is_public=False)
    url, client = reverse("interest_change", args=[made.pk]), as_(person)
    client.post(url, {"end": ""})
    answer = client.post(url, {"kind": "financial", "text": "A shop in Erith."})
    assert MINE not in answer.content.decode()


def test_what_was_never_public_was_not_made_private_already():
    group = make.working_group()
    decision = make.decision(make.held(group))
    url = reverse("decision_public", args=[decision.pk])
    words = as_(make.leads(group)[0]).post(url, {"withdraw": ""}).content.decode()
    assert "This was done already" not in words


@pytest.mark.parametrize("key", ["x", "", "9" * 30, "9" * 5000])
def test_a_number_that_is_none_is_no_error(key):
    assert number_of(key) is None
    group = make.working_group()
    made = make.consultation(group, to="draft")
    client = as_(make.leads(group)[0])
    url = reverse("consultation_people", args=[made.pk])
    assert client.post(url, {"off": key}).status_code == 302
