"""What a group is told: batches that never overlap, and words from which nobody follows."""

from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.roles import ADMIN
from apps.core.disclosure import FINER, LEAST, banded, merged, portion
from apps.core.exceptions import NotYet
from apps.core.needs import needs_of
from apps.core.personal import HELD
from apps.datarights import erasure
from apps.experience.messages import Asked as AskedMail
from apps.experience.messages import Reminder
from apps.experience.models.batch import Batch, Remark, Told
from apps.experience.models.round import Asked
from apps.experience.shown import name_of, parts_of
from apps.insight.figures.together import _told
from apps.insight.periods import usual
from apps.meetings.models.agenda import AgendaItem
from apps.notifications.mail import content
from apps.notifications.models import Occurrence
from tests import factories as make

from .making import LIVED, NO, PARTNER, STAFF, YES, asked, ended, people, told, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.working_group()


def signed_in(person):
    client = Client()
    client.force_login(person, "apps.accounts.backends.SignIn")
    return client


# --- what is told of numbers ----------------------------------------------------------------------
def shown(counts):
    """What a page tells of (yes, partly, no), its reader knowing how many answered at all."""
    whole = sum(counts)
    return whole, tuple(portion(one, whole).words for one in counts)


def all_counts(whole):
    return [
        (yes, partly, whole - yes - partly)
        for yes in range(whole + 1)
        for partly in range(whole + 1 - yes)
    ]


@pytest.mark.parametrize("whole", range(LEAST, 31))
def test_nobody_follows_what_all_the_others_said_even_by_their_own_answer(whole):
    """For each thing that can be shown, and each answer of one's own: all that may be behind it."""
    behind = {}
    for counts in all_counts(whole):
        behind.setdefault(shown(counts), []).append(counts)
    for possible in behind.values():
        for mine in (None, 0, 1, 2):
            others = [
                tuple(number - (at == mine) for at, number in enumerate(counts))
                for counts in possible
                if mine is None or counts[mine]
            ]
            if not others:
                continue
            rest = whole - (mine is not None)
            for at in range(3):
                assert not all(one[at] == rest for one in others), (possible, mine)
                assert not all(one[at] == 0 for one in others), (possible, mine)
    # Four of five and five of five are one thing, and so are none and one.
    assert shown((whole, 0, 0)) == shown((whole - 1, 1, 0)) == shown((whole - 2, 1, 1))


def test_in_fifths_it_would_follow():
    """The search above finds it: of five, *under 20%* is nobody."""
    fifths = {}
    for counts in all_counts(5):
        fifths.setdefault(tuple(5 * one // 5 for one in counts), []).append(counts)
    assert any(len(possible) == 1 for possible in fifths.values())


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (4, 4, "too few to say"),
        (3, 5, "more than half"),
        (5, 5, "more than half"),
        (3, 6, "half or fewer"),
        (0, 14, "half or fewer"),
        (0, FINER, "under a quarter"),
        (4, FINER, "a quarter to half"),
        (8, FINER, "over half"),
        (12, FINER, "over three quarters"),
    ],
)
def test_a_portion_in_words(part, whole, words):
    assert portion(part, whole).words == words


def rows_of(sizes):
    """{side: how many answers} as a page tells it: {name of a row: its number in steps of five}."""
    as_one, rows = merged(sizes), {}
    for side, size in sizes.items():
        row = "" if side in as_one else side
        rows[row] = rows.get(row, 0) + size
    return {name_of(row, len(rows) > 1): banded(size).words for row, size in rows.items()}


# Two and three sides; or one or two of which five were asked, and those of sides with fewer.
ASKED = [(LIVED, STAFF), (LIVED, STAFF, PARTNER), (LIVED, ""), (LIVED, STAFF, "")]


def all_answers(sides, most=()):
    """Every number of each side that may have answered, where five did in all."""
    for numbers in product(*(range(one + 1) for one in most or [11] * len(sides))):
        if sum(numbers) >= LEAST:
            yield dict(zip(sides, numbers, strict=True))


@pytest.mark.parametrize("sides", ASKED)
def test_which_lines_there_are_and_their_names_say_nothing_of_fewer_than_five(sides):
    """Nobody of a side, or one to four: the lines are the same."""
    by_what_may_be_known = {}
    for sizes in all_answers(sides):
        known = tuple(max(size, LEAST - 1) for size in sizes.values())
        by_what_may_be_known.setdefault(known, set()).add(tuple(rows_of(sizes)))
    assert {len(lines) for lines in by_what_may_be_known.values()} == {1}


@pytest.mark.parametrize("sides", ASKED)
def test_a_page_with_its_numbers_never_tells_that_nobody_of_a_side_answered(sides):
    """For each page: all that may be behind it, for whoever knows how many of each side were
    asked, for a stranger and for one of each side who answered. Where it may be nobody, it may as
    well be one, or four.
    """
    for most in product(*(range(LEAST if side else 1, 9) for side in sides)):
        behind = {}
        for sizes in all_answers(sides, most):
            behind.setdefault(tuple(rows_of(sizes).items()), []).append(sizes)
        for page, possible in behind.items():
            for mine in (None, *sides):
                left = [one for one in possible if mine is None or one[mine]]
                for side, asked_of_it in zip(sides, most, strict=True):
                    numbers = {one[side] for one in left}
                    if 0 in numbers:
                        few = set(range(1, min(asked_of_it, LEAST - 1) + 1))
                        assert few <= numbers, (page, side, mine, most)


@pytest.mark.parametrize("sides", ASKED)
def test_what_is_told_as_one_is_never_one_to_four(sides):
    for sizes in all_answers(sides):
        as_one = merged(sizes)
        assert not as_one or sum(sizes[side] for side in as_one) >= LEAST
        assert all(size >= LEAST for side, size in sizes.items() if side not in as_one)
        assert ("" in as_one) == ("" in sizes)


def test_one_line_for_all_reads_the_same_whoever_of_the_other_side_answered(group):
    """Five of one side, and nobody, one or four of the other."""

    def lines(number):
        some = people(lived=5, staff=5)
        told(group, [(one, NO) for one in some[: 5 + number]], silent=some[5 + number :])
        newest = Batch.objects.told().first()
        return [
            (line.who, line.answers.words, line.cells)
            for line in parts_of([newest])[newest.pk][0].lines
        ]

    assert lines(0) == lines(1) == lines(4)
    assert [who for who, *_ in lines(5)] == ["Lived experience", "Staff"]


def test_the_lines_do_not_say_whether_somebody_who_was_erased_meanwhile_had_answered(group):
    """The one of a third side is erased while it runs."""

    def lines(answers):
        some = people(lived=6, partner=1)
        one = asked(group, some)
        for person in some if answers else some[:6]:
            one.answer(person, **YES)
        HELD[Asked].rows(some[6]).delete()
        ended(one)
        newest = Batch.objects.told().first()
        return [(line.who, line.answers.words) for line in parts_of([newest])[newest.pk][0].lines]

    assert lines(True) == lines(False) == [("Everybody together", "5 to 9")]


def test_beside_the_lines_there_is_no_number_for_all_of_them(group):
    """It would tell more than they do: of 5 to 9 and 5 to 9, 15 to 19 are 9 and 6."""
    told(group, [(one, NO) for one in people(lived=9, staff=6)])
    page = signed_in(make.leads(group)[0]).get(Batch.objects.get().get_absolute_url())
    assert "15 were asked." in page.content.decode()
    assert "15 to 19" not in page.content.decode()


# --- batches --------------------------------------------------------------------------------------
def test_fewer_than_five_wait_and_are_told_with_later_ones(group):
    some = people(lived=4, staff=4)
    words = YES | {"words": "Early."}
    told(group, [(one, words) for one in some[:2]], silent=some[2:])
    gathering = Batch.objects.get()
    assert gathering.state == Batch.State.GATHERING
    assert not Batch.objects.visible_to(make.leads(group)[0]).exists()
    told(group, [(one, NO) for one in some[:6]], silent=some[6:])
    batch = Batch.objects.get()
    assert batch == gathering
    assert batch.state == Batch.State.HEARD
    assert batch.numbers.get().answers == 8
    assert batch.rounds.count() == 2
    assert Remark.objects.filter(batch=batch).count() == 2


def test_five_answers_of_two_people_are_told_by_no_number_of_rounds(group):
    """Two who answer again and again are still two."""
    some = people(lived=3, staff=3)
    for _ in range(4):
        told(group, [(one, YES) for one in some[:2]], silent=some[2:])
    batch = Batch.objects.get()
    assert batch.state == Batch.State.GATHERING
    assert batch.numbers.get().answers == 8


def test_a_few_that_wait_stand_by_themselves_in_no_batch(group):
    """All sides of the next round are told apart: the few go on waiting."""
    some = people(lived=6, staff=6)
    told(group, [(one, NO) for one in some[:2]], silent=some[2:])
    told(group, [(one, YES) for one in some])
    heard = Batch.objects.told().get()
    assert {(one.side, one.answers) for one in heard.numbers.all()} == {(LIVED, 6), (STAFF, 6)}
    assert Told.objects.get(batch__state="gathering").answers == 2


def test_batches_are_disjoint_and_one_that_was_told_never_changes(group):
    some = people(lived=6, staff=6)
    sums = []
    for _ in range(3):
        told(group, [(one, YES) for one in some])
        sums.append(list(Told.objects.order_by("pk").values_list("batch", "side", "answers")))
    assert [len(one) for one in sums] == [2, 4, 6]
    assert sums[2][:4] == sums[1]
    assert sums[1][:2] == sums[0]
    assert sum(one.answers for one in Told.objects.all()) == 36


def test_no_row_is_the_sum_of_others(group):
    """An answer is in one row, of a side or of what is told as one."""
    told(group, [(one, YES) for one in people(lived=7, staff=6, partner=2)])
    lines = parts_of([Batch.objects.get()])[Batch.objects.get().pk][0].lines
    assert [line.who for line in lines] == ["Lived experience", "Everybody else, together"]


def test_the_programme_knows_no_more_than_groups_are_told(group):
    """Adding up the answers themselves would tell, beside the page of each group, what all said."""
    told(group, [(one, YES) for one in people(lived=5)])
    told(make.working_group(), [(one, NO) for one in people(lived=5)])
    told(make.working_group(), [(one, YES | {"heard": ""}) for one in people(lived=5)])
    few = people(lived=5)  # of whom three answer one of the questions
    told(
        make.working_group(), [(one, YES | ({"part": ""} if one in few[:2] else {})) for one in few]
    )
    from apps.experience.asked import QUESTIONS

    numbers = _told(None, usual())
    for question in QUESTIONS:
        now, before = numbers[question.name]
        every = parts_of(list(Batch.objects.told()))
        most = [
            line.yes.is_most
            for parts in every.values()
            for part in parts
            if part.question == question
            for line in part.lines
        ]
        assert now[LIVED] == (most.count(True), most.count(True) + most.count(False))
        assert before == {}


def test_settling_again_changes_nothing(group):
    one = told(group, [(person, YES) for person in people(lived=6)])
    one.settle()
    assert Told.objects.get().answers == 6
    assert one.answered == 6


def test_a_round_that_runs_is_not_settled(group):
    one = asked(group, people(lived=6))
    one.settle()
    assert one.answered is None
    assert one.asked.count() == 6


# --- telling back ---------------------------------------------------------------------------------
@pytest.fixture
def batch(group):
    told(group, [(one, YES | {"words": "SECRET WORDS"}) for one in people(lived=6)])
    return Batch.objects.get()


def test_the_co_leads_are_asked_to_tell_it_back_and_it_goes_on_an_agenda(group, batch):
    lead, other = make.leads(group)
    meeting = make.published(group)
    [need] = needs_of(lead, within="apps.experience")
    assert need.url == batch.get_absolute_url()
    path = reverse("tell_back", args=[group.slug, batch.pk])
    client = signed_in(lead)
    assert client.get(path).context["meetings"] == [meeting]
    sent = client.post(path, {"change": "We speak in turn.", "meeting": meeting.pk})
    assert sent.status_code == 302
    item = AgendaItem.objects.get()
    assert (item.meeting, item.state, item.proposed_by) == (meeting, "accepted", lead)
    assert "Lived experience: yes: more than half" in item.detail
    assert "We speak in turn." in item.detail
    assert "SECRET" not in item.detail
    batch.refresh_from_db()
    assert batch.state == Batch.State.TOLD
    assert needs_of(other, within="apps.experience") == []
    page = signed_in(lead).get(group.get_absolute_url()).content.decode()
    assert "We speak in turn." in page
    # Once: the other co-lead comes too late.
    late = signed_in(other).post(path, {"change": "No, I.", "meeting": meeting.pk})
    assert late.status_code == 409
    assert AgendaItem.objects.count() == 1


def tell(batch):
    """(the co-lead who did, the batch anew): it is on the agenda of a meeting to come."""
    lead = make.leads(batch.group)[0]
    batch.tell_back(make.published(batch.group), "What we heard", "It.", "We listen.", by=lead)
    return lead, Batch.objects.get(pk=batch.pk)


def withdrawn(batch, lead):
    batch.item.move("withdraw", by=lead)


def declined(batch, lead):
    batch.item.move("decline", by=lead, note="It is too long.")


def called_off(batch, lead):
    batch.item.meeting.move("cancel", by=lead, note="Too few.")


@pytest.mark.parametrize("stop", [withdrawn, declined, called_off])
def test_what_no_meeting_heard_waits_to_be_told_again(group, batch, stop):
    lead, told_once = tell(batch)
    path, client = batch.get_absolute_url(), signed_in(lead)
    assert not Batch.objects.to_tell_back(lead).exists()
    assert "Told back" in client.get(path).content.decode()
    stop(told_once, lead)
    [need] = needs_of(lead, within="apps.experience")
    assert need.url == path
    for url in (path, group.get_absolute_url(), reverse("group_heard", args=[group.slug])):
        page = client.get(url).content.decode()
        assert "To be told back" in page
        assert "We listen." not in page
    office = make.programme_user(ADMIN, is_staff=True, is_superuser=True)
    listed = signed_in(office).get("/admin/experience/batch/").content.decode()
    assert '<td class="field-state_now">To be told back</td>' in listed
    form = reverse("tell_back", args=[group.slug, batch.pk])
    again = make.published(group)
    assert "We listen." in client.get(form).content.decode()  # what was written is not lost
    sent = client.post(form, {"change": "We listen more.", "meeting": again.pk})
    assert sent.status_code == 302
    batch.refresh_from_db()
    assert (batch.phase, batch.item.meeting, batch.change) == ("told", again, "We listen more.")
    assert AgendaItem.objects.count() == 2
    assert needs_of(lead, within="apps.experience") == []
    late = client.post(form, {"change": "Again.", "meeting": again.pk})
    assert late.status_code == 409


def test_an_erasure_takes_a_name_out_of_both_places(group, batch):
    """What is changed stands with the batch, and in the same words on the agenda."""
    somebody = make.UserFactory(full_name="Zebedee Quillfeather")
    lead = make.leads(group)[0]
    words = "Zebedee Quillfeather takes the minutes."
    batch.tell_back(make.published(group), "What we change", words, words, by=lead)
    erasure.erase(somebody, by=make.programme_user(ADMIN))
    batch = Batch.objects.get(pk=batch.pk)
    for left in (batch.change, batch.item.detail):
        assert "Zebedee" not in left
        assert "Former member" in left


def test_one_co_lead_speaks_for_themselves_alone(group, batch):
    """Putting it on the agenda takes one of them."""
    make.published(group)
    path = reverse("tell_back", args=[group.slug, batch.pk])
    page = signed_in(make.leads(group)[0]).get(path).content.decode()
    assert "the two of you" not in page
    assert "What you will do because of it" in page


def test_an_item_that_is_taken_on_again_was_told(group, batch):
    lead, told_once = tell(batch)
    declined(told_once, lead)
    told_once.item.move("accept", by=lead)
    assert not Batch.objects.to_tell_back(lead).exists()
    assert Batch.objects.get(pk=batch.pk).phase == Batch.State.TOLD


def test_it_goes_on_no_agenda_but_the_groups_own_and_open(group, batch):
    elsewhere, held = make.published(make.working_group()), make.held(group)
    off = make.published(group)
    off.move("cancel", by=off.created_by, note="The room is closed.")
    planned = make.published(group)
    path = reverse("tell_back", args=[group.slug, batch.pk])
    client = signed_in(make.leads(group)[0])
    for wrong in (elsewhere.pk, held.pk, off.pk, "", "x"):
        sent = client.post(path, {"change": "Kept words", "meeting": wrong})
        assert sent.status_code == 422
        assert "Kept words" in sent.content.decode()
    assert client.post(path, {"change": "  ", "meeting": planned.pk}).status_code == 422
    lead = make.leads(group)[0]
    make.appoint(elsewhere.group, lead)  # who may propose there
    lead = type(lead).objects.get(pk=lead.pk)
    with pytest.raises(NotYet, match="Choose the meeting"):
        batch.tell_back(elsewhere, "t", "d", "c", by=lead)
    assert not AgendaItem.objects.exists()


def test_without_a_meeting_it_says_so(group, batch):
    path = reverse("tell_back", args=[group.slug, batch.pk])
    page = signed_in(make.leads(group)[0]).get(path).content.decode()
    assert "No meeting is planned." in page


def test_words_are_read_by_those_who_do_the_work_of_the_group_alone(group, batch):
    member, observer = make.UserFactory(), make.UserFactory()
    make.appoint(group, member)
    make.appoint(group, observer, "observer")
    _, steers = make.steering_group()
    make.with_second_factor(steers)
    root = make.programme_user(ADMIN, is_superuser=True)
    path = batch.get_absolute_url()
    assert "SECRET WORDS" in signed_in(member).get(path).content.decode()
    assert signed_in(root).get(path).status_code == 200
    assert signed_in(steers).get(reverse("insight_group", args=[group.slug])).status_code == 200
    for reader in (observer, steers, make.programme_user("Programme office"), root):
        client = signed_in(reader)
        for page in (
            path,
            group.get_absolute_url(),
            reverse("insight_group", args=[group.slug]),
            reverse("insight_group_file", args=[group.slug, "together_heard", "csv"]),
            reverse("insight_topic", args=["together"]),
        ):
            assert "SECRET" not in words_of(client.get(page, follow=True))


READERS = "the group, the steering group and the programme office"


def test_whoever_answers_is_told_who_reads_it(group, batch):
    """Who reads the numbers, and who the words; before they answer, and in the mail."""
    _, steers = make.steering_group()
    figures = reverse("insight_group", args=[group.slug])
    for reader in (steers, make.programme_user("Programme office")):
        page = signed_in(make.with_second_factor(reader)).get(figures).content.decode()
        assert "more than half were heard" in page
    some = people(lived=5)
    open_now = asked(group, some)
    page = signed_in(some[0]).get(open_now.get_absolute_url()).content.decode()
    page = " ".join(page.split())
    assert f"These numbers are read by {READERS}" in page
    assert "What you write is read by those who do the work of the group alone" in page
    told_of = Occurrence.objects.about(open_now).get()
    for kind in (AskedMail(), Reminder()):
        words = " ".join(content(kind, told_of, some[0])["lines"])
        assert READERS in words
        assert "those who do the work of the group alone" in words


def test_pages_cost_the_same_for_three(group, batch, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(make.leads(group)[0])
    urls = [reverse("group_heard", args=[group.slug]), batch.get_absolute_url()]
    urls += [reverse("insight_topic", args=["together"]), group.get_absolute_url()]

    def cost():
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            found.append(len(queries))
        return found

    cost()
    first = cost()
    for _ in range(2):
        told(group, [(one, YES) for one in people(lived=6, staff=6)])
    assert cost() == first


def test_files_say_what_the_page_says(group, batch):
    client = signed_in(make.leads(group)[0])
    path = reverse("insight_group_file", args=[group.slug, "together_heard", "csv"])
    lines = words_of(client.get(path)).splitlines()
    assert lines[1] == (
        "Lived experience,5 to 9,more than half,half or fewer,half or fewer,nothing was told before"
    )
    wrong = reverse("insight_group_file", args=[group.slug, "together_nothing", "csv"])
    assert client.get(wrong).status_code == 404


def test_what_the_second_co_lead_wrote_to_the_group_is_not_lost():
    group = make.working_group()
    told(group, [(one, YES) for one in people(lived=6)])
    batch = Batch.objects.get()
    meeting = make.published(group)
    path = reverse("tell_back", args=[group.slug, batch.pk])
    pages = []
    for lead, words in zip(make.leads(group), ("We speak in turn.", "My long words"), strict=True):
        client = Client()
        client.force_login(lead, "apps.accounts.backends.SignIn")
        pages.append(client.post(path, {"change": words, "meeting": meeting.pk}))
    assert [one.status_code for one in pages] == [302, 409]
    assert "My long words" in pages[1].content.decode()
