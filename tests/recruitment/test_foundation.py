"""Who sees and may do what with vacancies and applications, and what never changes."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from guardian.shortcuts import get_user_perms

from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.recruitment.applications.models.application import Application
from apps.recruitment.references import ALPHABET, new_reference
from apps.recruitment.roles import GRANTS, MANAGER, PEER_LEAD, PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Criterion, Vacancy

from ..factories import StaffFactory, UserFactory
from . import making

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


def held(user, vacancy):
    return set(get_user_perms(user, vacancy))


def test_each_part_in_a_vacancy_has_exactly_its_grants():
    vacancy = making.vacancy()
    people = making.panel(vacancy)
    assert held(vacancy.manager, vacancy) == MANAGER
    assert held(vacancy.peer_lead, vacancy) == PEER_LEAD
    assert {role: held(user, vacancy) for role, user in people.items()} == {
        role: GRANTS[role] for role in people
    }


def test_who_leaves_the_panel_keeps_nothing():
    vacancy = making.vacancy()
    people = making.panel(vacancy)
    seat = vacancy.panel.get(role=PanelRole.PEER)
    seat.remove(by=vacancy.created_by, reason="Moved away")
    assert held(people[PanelRole.PEER], vacancy) == set()
    with pytest.raises(Conflict):
        seat.remove(by=vacancy.created_by, reason="Again")


def test_a_former_manager_keeps_nothing():
    vacancy = making.vacancy()
    former, later = vacancy.manager, StaffFactory()
    vacancy.name_people(by=vacancy.created_by, manager=later)
    assert (held(former, vacancy), held(later, vacancy)) == (set(), MANAGER)


def test_the_peers_seats_are_for_people_with_lived_experience():
    vacancy = making.vacancy()
    with pytest.raises(NotYet):
        PanelMember.add(vacancy, StaffFactory(), PanelRole.PEER, by=vacancy.created_by)
    with pytest.raises(NotYet):
        vacancy.name_people(by=vacancy.created_by, peer_lead=StaffFactory())


def test_only_those_who_run_vacancies_name_people():
    vacancy = making.vacancy()
    for somebody in (vacancy.manager, vacancy.peer_lead, UserFactory()):
        with pytest.raises(PermissionDenied):
            PanelMember.add(vacancy, UserFactory(), PanelRole.PEER, by=somebody)


def test_a_panel_has_one_chair_and_nobody_twice():
    vacancy = making.vacancy()
    people = making.panel(vacancy)
    for user, role in ((StaffFactory(), PanelRole.CHAIR), (people["peer"], PanelRole.TEAM)):
        with pytest.raises(Conflict):
            PanelMember.add(vacancy, user, role, by=vacancy.created_by)


@pytest.mark.parametrize("state", [state for state in Vacancy.State if state != "draft"])
def test_criteria_change_until_it_opens_and_never_after(state):
    vacancy = making.vacancy(state=state)
    criterion = vacancy.criteria.first()
    criterion.text = "Something else"
    if not vacancy.has_opened:
        criterion.save()
        return
    for change in (
        criterion.save,
        criterion.delete,
        lambda: Criterion.objects.create(
            vacancy=vacancy, weight="essential", stage="interview", text="New"
        ),
    ):
        with pytest.raises(IllegalMove):
            change()


def test_the_clock_closes_it_to_the_second():
    vacancy = making.vacancy(state="open")
    closes_at = vacancy.closes_at
    with time_machine.travel(closes_at, tick=False):
        assert (vacancy.is_open, Vacancy.objects.advertised().count()) == (True, 1)
    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False):
        assert (vacancy.phase, Vacancy.objects.advertised().count()) == ("closed", 0)
        assert list(Vacancy.objects.past_closing()) == [vacancy]
        assert "start_shortlisting" in vacancy.moves_for(vacancy.created_by)


def test_an_application_is_sent_until_the_closing_second_and_not_after():
    vacancy = making.vacancy(state="open")
    late, in_time = (making.application(vacancy, state="draft") for _ in range(2))
    with time_machine.travel(vacancy.closes_at, tick=False):
        in_time.move("submit", by=in_time.candidate)
    with time_machine.travel(vacancy.closes_at + timedelta(seconds=1), tick=False):
        with pytest.raises(IllegalMove):
            late.move("submit", by=late.candidate)
        with pytest.raises(Conflict):
            Application.begin(vacancy, UserFactory())
    assert in_time.state == "submitted"


def test_longer_is_given_only_while_it_is_open():
    vacancy = making.vacancy(state="open")
    later = vacancy.closes_at + timedelta(days=7)
    with pytest.raises(NotYet):
        vacancy.extend(vacancy.closes_at, by=vacancy.created_by, reason="Holidays")
    with pytest.raises(NotYet, match="interviews must be after"):
        vacancy.extend(later, by=vacancy.created_by, reason="Holidays", interviews_on=later.date())
    vacancy.refresh_from_db()
    vacancy.extend(later, by=vacancy.created_by, reason="Holidays")
    assert (vacancy.closes_at, vacancy.schedule_version) == (later, 1)
    with (
        time_machine.travel(later + timedelta(seconds=1), tick=False),
        pytest.raises(IllegalMove),
    ):
        vacancy.extend(later + timedelta(days=9), by=vacancy.created_by, reason="Too late")


def test_a_candidate_has_one_application_a_vacancy():
    vacancy = making.vacancy(state="open")
    candidate = UserFactory()
    assert Application.begin(vacancy, candidate) == Application.begin(vacancy, candidate)


def test_who_has_a_part_in_a_vacancy_cannot_apply_for_it():
    vacancy = making.vacancy(state="open")
    people = making.panel(vacancy)
    for user in (vacancy.manager, vacancy.peer_lead, vacancy.organiser, *people.values()):
        with pytest.raises(Conflict):
            Application.begin(vacancy, user)


def test_who_applied_has_no_part_in_filling_it_whatever_their_role():
    officer = making.hr_officer()
    vacancy = making.vacancy(state="open")
    making.application(vacancy, officer)
    other = making.application(vacancy)
    assert list(Vacancy.objects.visible_to(officer)) == []
    assert list(Application.objects.visible_to(officer)) == [officer.applications.get()]
    assert not officer.has_perm("recruitment.run_vacancy", vacancy)
    assert not officer.has_perm("recruitment.handle_application", other)
    with pytest.raises(NotYet):
        PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)


@pytest.mark.parametrize(
    ("state", "sees"), [("shortlisting", False), ("interviewing", False), ("decided", True)]
)
def test_an_hr_officer_on_the_panel_opens_no_application_until_it_is_decided(state, sees):
    officer = making.hr_officer()
    vacancy = making.vacancy(state="closed")
    PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    one = making.application(vacancy)
    making.put(vacancy, state)
    one.refresh_from_db()
    officer = type(officer).objects.get(pk=officer.pk)
    assert Application.objects.visible_to(officer).exists() == sees
    assert officer.has_perm("recruitment.handle_application", one) == sees


def test_candidates_see_their_own_application_alone():
    vacancy = making.vacancy(state="open")
    mine, theirs = making.application(vacancy), making.application(vacancy)
    assert list(Application.objects.visible_to(mine.candidate)) == [mine]
    assert not mine.candidate.has_perm("recruitment.write_application", theirs)
    assert mine.candidate.has_perm("recruitment.write_application", mine)


def test_human_resources_see_no_draft_but_those_that_they_typed_in():
    vacancy = making.vacancy(state="open")
    making.application(vacancy, state="draft")
    typed = Application.type_in(vacancy, by=vacancy.created_by, full_name="Alex Told")
    assert list(Application.objects.visible_to(vacancy.created_by)) == [typed]
    assert vacancy.created_by.has_perm("recruitment.write_application", typed)


def test_pausing_asks_for_no_reason_and_ends_with_the_application():
    one = making.application(making.vacancy(state="open"))
    one.pause(by=one.candidate)
    assert one.paused_at <= timezone.now()
    one.pause(by=one.candidate, on=False)
    assert one.paused_at is None
    one.move("withdraw", by=one.candidate)
    with pytest.raises(IllegalMove):
        one.pause(by=one.candidate)


def test_references_are_random_and_easy_to_read_aloud():

    made = {new_reference() for _ in range(200)}
    assert len(made) == 200
    assert set("".join(made)) <= set(ALPHABET)
