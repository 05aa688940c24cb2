"""The demonstration: what was told, what waits and what is open; and pages say what numbers say."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core.needs import needs_of
from apps.experience.models.batch import Batch, Remark, Told
from apps.experience.models.round import Answer, Asked, Round

from .making import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
NAMES = {"lived_experience": "Lived experience", "staff": "Staff", "partner": "Partner"}


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.SECOND_FACTOR_EXEMPT_DEMO = True


def person(name):
    return User.objects.get(email=f"{name}@demo.example")


def signed_in(name):
    client = Client()
    client.force_login(person(name), "apps.accounts.backends.SignIn")
    return client


def counted(one, question):
    """Yes, partly, no of a row, as whoever added them up by hand would say them."""
    numbers = [getattr(one, f"{question}_{choice}") for choice in ("yes", "partly", "no")]
    if sum(numbers) < 5:
        return ["too few to say"] * 3
    return ["more than half" if 2 * n > sum(numbers) else "half or fewer" for n in numbers]


def test_what_was_told_adds_up_to_those_who_answered():
    told = Batch.objects.exclude(state="gathering")
    assert {one.group.slug for one in told} == {"peers-and-sponsors", "role-design"}
    assert sorted(told.values_list("state", flat=True)) == ["heard", "heard", "heard", "told"]
    for batch in told:
        answered = sum(one.answered for one in batch.rounds.all())
        assert sum(one.answers for one in batch.numbers.all()) == answered >= 5
        assert all(one.answers >= 5 for one in batch.numbers.all())
    waits = Batch.objects.get(state="gathering")
    assert (waits.group.slug, waits.numbers.get().answers) == ("training", 3)
    assert not Asked.objects.exclude(round__answered=None).exists()


def test_one_is_open_and_asks_those_who_may_try_it():
    one = Round.objects.get(answered=None)
    assert one.is_running
    assert one.answers.count() == Answer.objects.count() == 4
    for name in ("peer", "sponsor"):
        assert [need.url for need in needs_of(person(name), within="apps.experience")] == [
            one.get_absolute_url()
        ]
        assert signed_in(name).get(one.get_absolute_url()).status_code == 200


def test_pages_say_what_the_numbers_say():
    office = signed_in("office")
    for slug in ("peers-and-sponsors", "role-design"):
        newest = Batch.objects.filter(group__slug=slug, heard_on__isnull=False)
        newest = newest.latest("heard_on")
        for question in ("heard", "part", "changed"):
            path = reverse("insight_group_file", args=[slug, f"together_{question}", "csv"])
            rows = [line.split(",") for line in words_of(office.get(path)).splitlines()[1:]]
            there = {one.side: one for one in newest.numbers.all()}
            expected = {
                NAMES.get(side, "Everybody together"): counted(one, question)
                for side, one in there.items()
            }
            assert {row[0]: row[2:5] for row in rows} == expected


def test_the_programme_counts_what_groups_are_told():
    office = signed_in("office")
    for question in ("heard", "part", "changed"):
        sets = {}
        for one in Told.objects.exclude(batch__state="gathering"):
            yes = counted(one, question)[0]
            if yes != "too few to say":
                found = sets.setdefault(one.side, [0, 0])
                found[0] += yes == "more than half"
                found[1] += 1
        path = reverse("insight_topic_file", args=["together", f"together_{question}", "csv"])
        rows = [line.split(",") for line in words_of(office.get(path)).splitlines()[1:]]
        names = NAMES | {"": "Sides that are not told apart"}
        expected = {
            name: "{} of {}".format(*sets[side]) if side in sets else "nothing to tell"
            for side, name in names.items()
        }
        assert {row[0]: row[1] for row in rows} == expected


def test_few_answers_and_their_words_are_on_no_page():
    waits = Batch.objects.get(state="gathering")
    words = list(Remark.objects.filter(batch=waits).values_list("text", flat=True))
    assert words
    lead = waits.group.leads()[0]
    client = Client()
    client.force_login(lead, "apps.accounts.backends.SignIn")
    slug = waits.group.slug
    for path in (
        reverse("group", args=[slug]),
        reverse("group_heard", args=[slug]),
        reverse("insight_group", args=[slug]),
    ):
        page = client.get(path).content.decode()
        assert not [one for one in words if one in page]
    assert client.get(reverse("heard", args=[slug, waits.pk])).status_code == 404
