"""What always comes does, whatever administrators do; and what ends, ends."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.roles import ADMIN
from apps.notifications import sending
from apps.notifications.kinds import KINDS, notify, seed_rules
from apps.notifications.models import Delivery, Preference, ReminderRule
from apps.notifications.planning import plan
from apps.recruitment.selection.models.interview import Slot

from .. import factories as make
from ..recruitment.selection import choosing
from .things import Note, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    seed_rules()
    admin = make.programme_user(ADMIN, is_staff=True)
    client.force_login(admin, "apps.accounts.backends.SignIn")
    return admin


def page(rule):
    return reverse("message_rule", args=[rule.pk])


def test_no_administrator_moves_the_reminder_of_an_interview_to_after_it(admin, client):
    """As good as off: ``due`` looks at interviews to come alone."""
    rules = ReminderRule.objects.filter(kind="recruitment.interview")
    assert KINDS["recruitment.interview"].stays_on
    assert rules.count() == 2
    for number, rule in enumerate(rules):
        sent = {"number": 3650 - number, "unit": "days", "side": "after", "audience": "candidate"}
        assert client.post(page(rule), sent).status_code == 404
    assert all(rule.offset > timedelta(0) for rule in rules.all())


@pytest.mark.parametrize("was", [{"enabled": False}, {"channel": "in_app"}])
def test_what_was_off_before_the_update_and_stays_on_now_is_on(admin, was):
    """An older site let administrators do that; nobody could undo it."""
    rule = ReminderRule.objects.filter(kind="recruitment.interview").first()
    ReminderRule.objects.filter(pk=rule.pk).update(**was)
    seed_rules()  # as migrate does
    rule.refresh_from_db()
    assert (rule.enabled, rule.channel) == (True, "email")


def test_no_second_rule_takes_the_reminder_of_an_interview_from_e_mail(admin, client):
    """The planner lets only the latest of a story out."""
    url = reverse("message_rule_add", args=["recruitment.interview"])
    assert "channel" not in client.get(url).context["form"].fields
    sent = {"number": 167, "unit": "hours", "side": "before", "audience": "candidate"}
    assert client.post(url, sent | {"channel": "in_app", "enabled": "on"}).status_code == 302
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    candidate = vacancy.applications.get().candidate
    starts_at = Slot.objects.get().starts_at
    with time_machine.travel(starts_at - timedelta(days=6.5)):
        plan()
    told = Delivery.objects.filter(
        occurrence__rule__kind="recruitment.interview", recipient=candidate, channel="email"
    )
    assert told.exists()


def test_no_administrator_gives_the_candidates_reminder_of_an_offer_to_others(admin, client):
    """``audience`` can be changed, and then no rule is for the candidate."""
    rule = ReminderRule.objects.get(kind="recruitment.offer_unanswered", audience="candidate")
    sent = {"number": 1, "unit": "days", "side": "before", "audience": "hr"}
    assert client.post(page(rule), sent).status_code == 404
    rule.refresh_from_db()
    assert rule.audience == "candidate"


def test_a_letter_held_through_the_night_the_clocks_go_back_is_put_off_to_a_later_moment():
    """01:30 comes twice; the quiet hours end at 01:45."""
    preference = Preference(quiet=True, quiet_from=time(21), quiet_to=time(1, 45))
    now = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 01:30 GMT, the second time
    until = preference.quiet_until(now)
    assert until is None or until.astimezone(UTC) > now


def test_the_panels_calendar_and_the_candidates_have_no_tie():
    """Whoever sees both, shared in one mail system, cannot tell whose time the panel gives."""
    from apps.notifications.calendar import _event
    from apps.recruitment.selection import calendar as of_interviews

    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    [interview] = choosing.own_interviews(vacancy)
    own = str(_event(of_interviews.of_candidate(interview))["uid"]).split("@")[0]
    panels = str(_event(of_interviews.of_panel(interview))["uid"]).split("@")[0]
    made = {str(uuid5(UUID(own), f"panel {number}")) for number in range(10_000)}
    assert panels not in made


def test_in_the_night_the_clocks_go_back_the_sender_comes_to_an_end(settings):
    """It claims, puts off to a moment that is over, and claims again."""
    seed_rules()
    with time_machine.travel(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), tick=False):
        group = make.working_group()
        user = make.UserFactory()
        Preference.objects.create(user=user, quiet_from=time(21), quiet_to=time(1, 45))
        with registered(Note):
            notify("test.note", group, [user])
            assert sending.send(seconds=1)


def test_what_presses_reaches_the_messages_page_too():
    """``ORDER`` has the Messages page for what does not press alone."""

    class Pressing(Note):
        name = "test.pressing"
        pressing = True

    seed_rules()
    group, user = make.working_group(), make.UserFactory()
    with registered(Pressing):
        notify("test.pressing", group, [user])
        sending.send()
        assert Delivery.objects.visible_to(user).exists()
