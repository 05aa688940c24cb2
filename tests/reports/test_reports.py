"""The yearly report: what two sign, what a meeting decides, what everybody reads."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet, StaleEdit
from apps.core.models import AuditEntry
from apps.core.needs import needs_of
from apps.groups.models import WorkingGroup
from apps.insight import tallies
from apps.insight.models import Counted, Tally
from apps.meetings.decided import decidable
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.outcome import Decision
from apps.reports import taking
from apps.reports.models import AnnualReport, ReportWords, SignedReport
from apps.reports.tasks import follow_figures
from tests import factories as make

from .making import (
    PUBLIC,
    YEAR,
    as_,
    decide,
    fresh,
    page,
    pass_days,
    publish,
    report,
    sign,
    told,
)

pytestmark = [pytest.mark.django_db]


# --- from a draft to a public page ----------------------------------------------------------------
def test_given_both_signed_and_a_meeting_decided_then_everybody_reads_it(steering, lead, signed):
    assert fresh(signed).state == "signed"
    assert page(None, PUBLIC)[0] == 404
    made = publish(signed)
    status, text = page(None, PUBLIC)
    assert status == 200
    assert "We listen longer." in text
    assert "Signed by the lived experience co-lead and the staff co-lead on" in text
    assert made.signed.digest in text
    assert str(lead) not in text
    assert page(None, made.get_absolute_url())[0] == 200
    assert made.title in page(None, "/reports/")[1]


def test_the_published_evaluation_stands_in_it_on_the_page_and_in_the_file(steering, signed):
    """28 → 10 → 7 → 7."""
    made = publish(signed)
    [cohorts] = [one for one in made.content["tables"] if one["key"] == "cohorts"]
    assert [row[-1] for row in cohorts["rows"]][:3] == ["28", "10", "7"]
    assert cohorts["rows"][-1][-1] == "7 of 7"
    file = as_(None).get(f"{made.get_absolute_url()}cohorts.csv")
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert [line.rsplit(",")[-1] for line in lines[1:4]] == ["28", "10", "7"]
    assert lines[-1].endswith("7 of 7")
    assert as_(None).get(f"{made.get_absolute_url()}nothing.csv").status_code == 404


def test_its_sections_are_the_questions_of_4pi_in_order_and_begin_with_the_figures(steering, lead):
    made = report(steering)
    text = page(lead, made.get_absolute_url())[1]
    headings = ["Introduction", "Principles:", "Purpose:", "Presence:", "Process:", "Impact:"]
    places = [text.index(f'-heading">{one}') for one in (*headings, "What we change next year")]
    assert places == sorted(places)
    [applied] = [one for one in made.content["tables"] if one["key"] == "applied"]
    assert f"- {applied['sentence']}" in made.words_now.presence
    assert "too few" not in made.words_now.presence


# --- signing --------------------------------------------------------------------------------------
def test_one_co_lead_who_signs_twice_has_signed_once(steering, lead):
    made = report(steering)
    for _ in range(2):
        assert not made.move("sign", by=lead)
    assert fresh(made).state == "drafting"
    assert not SignedReport.objects.exists()


def test_whoever_leads_no_side_of_it_does_not_sign(steering, lead):
    made, office = report(steering), make.programme_user(OFFICE)
    for user in (office, make.leads(make.working_group())[0]):
        with pytest.raises(PermissionDenied):
            made.move("sign", by=user)
    root = make.UserFactory(is_superuser=True)
    with pytest.raises(NotYet, match="two co-leads of the steering group sign"):
        made.move("sign", by=root)


@pytest.mark.differs
def test_a_word_that_changed_meanwhile_takes_both_signatures_anew(steering, lead, other):
    made = report(steering)
    made.move("sign", by=lead)
    made.write(by=other, seen=made.revision, impact="All went well.")
    assert made.first_press("sign") is None
    assert not fresh(made).move("sign", by=other)
    assert fresh(made).state == "drafting"
    assert fresh(made).move("sign", by=lead)


def test_a_figure_that_changed_meanwhile_takes_both_signatures_anew(steering, lead, other):
    made = report(steering)
    made.move("sign", by=lead)
    Tally.objects.create(
        count="decisions", group=None, quarter=made.period.first, part="quorate", number=3
    )
    assert fresh(made).first_press("sign") is None
    assert not fresh(made).move("sign", by=other)
    assert not SignedReport.objects.exists()


def test_that_it_was_counted_again_with_the_same_numbers_changes_nothing(steering, lead, other):
    tallies.refresh()
    made = report(steering, count=False)
    made.move("sign", by=lead)
    pass_days()
    tallies.refresh()
    assert fresh(made).move("sign", by=other)


def test_the_second_confirms_what_their_page_showed(steering, lead, other):
    made = report(steering)
    made.move("sign", by=lead)
    seen = made.shown(made.first_press("sign"))
    made.write(by=lead, seen=made.revision, impact="All went well.")
    made.move("sign", by=lead)
    with pytest.raises(Conflict):
        made.move("sign", by=other, seen=seen)


def test_a_year_that_is_not_over_is_not_signed_nor_one_counted_too_early(steering, lead):
    running = report(steering, year=YEAR + 1)
    with pytest.raises(NotYet, match="ends on 31 March 2027"):
        running.move("sign", by=lead)
    made = report(steering)
    Counted.objects.filter(count="agenda").update(as_of="2026-03-31T22:59Z")  # an hour before
    with pytest.raises(NotYet, match="not counted since the year ended"):
        fresh(made).move("sign", by=lead)
    Counted.objects.filter(count="agenda").update(as_of="2026-03-31T23:00Z")
    fresh(made).move("sign", by=lead)
    Counted.objects.all().delete()
    with pytest.raises(NotYet, match="not counted since"):
        fresh(made).move("sign", by=lead)


def test_a_section_that_says_nothing_is_named(steering, lead):
    made = report(steering)
    made.write(by=lead, seen=made.revision, purpose=" \n\u200b")
    with pytest.raises(NotYet, match="Write “purpose”"):
        made.move("sign", by=lead)


# --- what was signed stays ------------------------------------------------------------------------
@pytest.mark.differs
@pytest.mark.both
def test_what_was_signed_does_not_change_by_any_way(steering, lead, signed):
    kept = SignedReport.objects.get()
    with pytest.raises(IllegalMove):
        signed.write(by=lead, seen=signed.revision, impact="Better.")
    old_tab = as_(lead).post(signed.edit_url, texts("Better.", seen=signed.revision))
    assert old_tab.status_code == 409
    assert b"Better." in old_tab.content
    for rows in (SignedReport.objects.all(), ReportWords.objects.all()):
        with pytest.raises(TypeError):
            rows.update(report=signed)
        with pytest.raises(TypeError):
            rows.delete()
        with pytest.raises(TypeError):
            rows.first().save()
        with pytest.raises(TypeError):
            rows.first().delete()
    root = make.UserFactory(is_superuser=True, is_staff=True)
    admin = as_(make.with_second_factor(root))
    for name in ("annualreport", "signedreport", "reportwords"):
        for what in ("change", "delete"):
            url = reverse(f"admin:reports_{name}_{what}", args=[1])
            assert admin.post(url, {"post": "yes"}).status_code in (302, 403, 404)
    if connection.vendor == "postgresql":
        for change in (
            "UPDATE reports_signedreport SET digest = ''",
            "UPDATE reports_reportwords SET impact = ''",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
    assert SignedReport.objects.get().content == kept.content
    assert ReportWords.objects.get(number=signed.revision).impact == signed.words.impact


def texts(words, *, seen):
    return dict.fromkeys(ReportWords.TEXTS, words) | {"seen": seen}


def test_frozen_figures_stay_when_rows_are_deleted_and_counted_anew(steering, signed):
    AgendaItem.objects.all().delete()
    made = publish(signed)
    before = page(None, PUBLIC)[1]
    pass_days(30)
    Tally.objects.all().delete()
    Counted.objects.all().delete()
    tallies.refresh()
    after = page(None, PUBLIC)[1]
    assert after == before
    assert fresh(made).signed.is_whole


def test_what_somebody_changed_in_the_tables_is_seen_and_is_not_published(steering, other, signed):
    decide(steering, signed)
    rows = SignedReport._base_manager.filter(pk=signed.signed_id)
    content = SignedReport.objects.get().content
    content["tables"][0]["sentence"] = "All is well."
    with suppress(DatabaseError), transaction.atomic():  # PostgreSQL refuses it outright
        rows.update(content=content)
        made = fresh(signed)
        assert not made.signed.is_whole
        with pytest.raises(NotYet, match="not what was signed"):
            made.move("publish", by=other)
        assert "This is not what was signed" in page(other, made.get_absolute_url())[1]


def test_the_digest_stands_in_the_audit_trail(signed):
    entry = AuditEntry.objects.about(signed).get(action="freeze")
    assert entry.note == signed.signed.digest


# --- changing it again ----------------------------------------------------------------------------
def test_a_signed_one_goes_back_with_a_reason_and_is_frozen_anew(steering, lead, signed):
    first = signed.signed
    with pytest.raises(NotYet, match="reason"):
        signed.move("reopen", by=lead, note=" \u200b ")
    signed.move("reopen", by=lead, note="A name is wrong.")
    assert fresh(signed).signed is None
    Tally.objects.create(
        count="decisions", group=None, quarter=signed.period.first, part="quorate", number=3
    )
    again = sign(fresh(signed))
    assert again.signed.digest != first.digest
    assert SignedReport.objects.count() == 2


def test_a_meeting_that_began_before_both_had_signed_has_decided_nothing(steering, lead, signed):
    pass_days()
    met = make.held(steering, days_ago=0)
    pass_days()
    signed.move("reopen", by=lead, note="A name is wrong.")
    signed.write(by=lead, seen=signed.revision, impact="Other words.")
    again = sign(fresh(signed))
    with pytest.raises(NotYet, match="began after both had signed"):
        make.decision(met, about=again)
    assert fresh(again).state == "signed"


def test_while_a_meeting_has_decided_on_it_nobody_alone_takes_it_back(steering, lead, signed):
    decide(steering, signed, confirmed=False)
    with pytest.raises(NotYet, match="has decided on it"):
        fresh(signed).move("reopen", by=lead, note="Because.")


def test_what_was_decided_is_changed_by_both_and_decided_again(steering, lead, other, signed):
    decide(steering, signed)
    made = fresh(signed)
    assert made.state == "decided"
    assert not made.move("reopen_decided", by=lead, note="A name is wrong.")
    assert made.move("reopen_decided", by=other)
    again = sign(fresh(made))
    with pytest.raises(IllegalMove):
        again.move("publish", by=other)
    # What a meeting said of the earlier words neither decides these nor keeps them as they are.
    again.move("reopen", by=lead, note="Another name.")


# --- deciding -------------------------------------------------------------------------------------
def test_only_the_steering_group_has_it_to_decide_and_only_once_it_is_signed(steering, lead):
    made = report(steering)
    assert made not in decidable(steering).values()
    sign(made)
    assert made in decidable(steering).values()
    assert made not in decidable(make.working_group()).values()


def test_a_meeting_without_its_quorum_decides_nothing_until_it_is_ratified(steering, lead, signed):
    pass_days()
    met = make.held(steering, [lead], days_ago=0)
    decision = make.decision(met, about=signed)
    assert decision.state == Decision.State.PROVISIONAL
    with pytest.raises(IllegalMove):
        fresh(signed).move("publish", by=lead)
    pass_days(5)
    later = make.published(steering)
    make.on_agenda(later, signed)
    make.settled(decision, make.attended(make.begins(later)))
    assert fresh(signed).state == "decided"


def test_nothing_is_published_without_a_decision(steering, lead, signed):
    office = make.programme_user(OFFICE)
    for user in (lead, office):
        with pytest.raises(IllegalMove):
            signed.move("publish", by=user)
        answer = as_(user).post(reverse("annual_report_move", args=[YEAR, 1, "publish"]))
        assert answer.status_code == 409
    for name in ("decide", "fall_back", "replace"):
        assert (
            as_(lead).post(reverse("annual_report_move", args=[YEAR, 1, name])).status_code == 404
        )


def test_a_decision_that_loses_its_quorum_takes_the_public_page_away(steering, lead, signed):
    made = publish(signed)
    made.lose_decision(by=lead)
    assert fresh(made).state == "published"  # the decision counts still
    Decision.objects.update(state="provisional")
    fresh(made).lose_decision(by=lead)
    status, text = page(None, PUBLIC)
    assert status == 410
    assert "counts no more" in text
    assert "We listen longer." not in text
    assert page(None, made.get_absolute_url())[0] == 410
    with pytest.raises(IllegalMove):  # nothing that people have read is written anew
        fresh(made).move("reopen", by=lead, note="Because.")


def put_right(decision, by):
    """Both co-leads agree on who came: one person, so there was no quorum."""
    decision.meeting.correct_attendance([by.pk], by=by)
    decision.refresh_from_db()
    assert decision.state == Decision.State.PROVISIONAL


def test_who_came_can_be_put_right_while_a_correction_is_begun(steering, lead, signed):
    made = publish(signed)
    draft = AnnualReport.begin(YEAR, by=lead)
    put_right(Decision.objects.get(), lead)
    status, text = page(None, PUBLIC)
    assert status == 410
    assert "counts no more" in text
    assert fresh(made).state == "withdrawn"
    assert fresh(draft).state == "drafting"


def test_the_page_on_which_the_second_puts_attendance_right_opens_then(
    steering, lead, other, signed
):
    publish(signed)
    AnnualReport.begin(YEAR, by=lead)
    correction = Decision.objects.get().meeting.record_attendance([lead.pk], by=lead)
    seen = {"seen": correction.shown(correction.first_press("make"))}
    url = reverse("correction_move", args=[correction.pk, "make"])
    assert as_(make.with_second_factor(other)).post(url, seen).status_code == 302
    assert page(None, PUBLIC)[0] == 410


def test_a_corrected_one_whose_decision_falls_is_not_public(steering, lead, signed):
    first = publish(signed)
    publish(sign(AnnualReport.begin(YEAR, by=lead)))
    put_right(Decision.objects.order_by("pk").first(), lead)
    status, text = page(None, first.get_absolute_url())
    assert status == 410
    assert "There is a later one" in text
    assert page(None, PUBLIC)[0] == 200


# --- correcting, taking back ----------------------------------------------------------------------
def test_a_correction_is_another_one_and_the_first_stays_readable(steering, lead, signed):
    first = publish(signed)
    second = AnnualReport.begin(YEAR, by=lead)
    assert second.number == 2
    assert second.words_now.next_year == "We listen longer."
    assert page(None, PUBLIC)[1].count("We listen longer.") == 1
    second.write(by=lead, seen=second.revision, next_year="We listen twice.")
    assert "twice" not in page(None, PUBLIC)[1]
    publish(sign(second))
    assert "We listen twice." in page(None, PUBLIC)[1]
    status, text = page(None, first.get_absolute_url())
    assert status == 200
    assert "We listen longer." in text
    assert "There is a later one of this year" in text
    assert fresh(first).state == "replaced"


def test_taking_it_back_takes_two_and_says_why(steering, lead, other, signed):
    made = publish(signed)
    made.move("withdraw", by=lead, note="A number was of one person.")
    assert page(None, PUBLIC)[0] == 200
    made.move("withdraw", by=other)
    status, text = page(None, PUBLIC)
    assert status == 410
    assert "A number was of one person." in text
    assert "We listen longer." not in text
    for url in (made.get_absolute_url(), f"{PUBLIC}1.pdf", f"{PUBLIC}1/cohorts.csv"):
        status, text = page(None, url)
        assert status == 410
        assert "A number was of one person." in text
        assert "We listen longer." not in text
    assert page(None, "/reports/")[1].count("2025 to March 2026") == 0


def test_where_the_correction_is_taken_back_what_it_corrected_is_not_public(
    steering, lead, other, signed
):
    first = publish(signed)
    second = publish(sign(AnnualReport.begin(YEAR, by=lead)))
    assert page(None, first.get_absolute_url())[0] == 200
    second.move("withdraw", by=lead, note="A number was of one person.")
    second.move("withdraw", by=other)
    for url in (PUBLIC, first.get_absolute_url(), second.get_absolute_url()):
        status, text = page(None, url)
        assert status == 410
        assert "A number was of one person." in text
    assert page(lead, first.get_absolute_url())[0] == 200


def test_the_public_reason_is_one_that_both_have_read(steering, lead, other, signed):
    made = publish(signed)
    made.move("withdraw", by=lead, note="A number was wrong.")
    made.move("withdraw", by=other, note="The other side wrote untruths.")
    text = page(None, PUBLIC)[1]
    assert "A number was wrong." in text
    assert "untruths" not in text


def test_a_correction_after_one_that_was_given_up_begins_with_the_published_words(
    steering, lead, signed
):
    publish(signed)
    second = AnnualReport.begin(YEAR, by=lead)
    second.move("drop", by=lead, note="Not needed.")
    third = AnnualReport.begin(YEAR, by=lead)
    assert third.words_now.next_year == "We listen longer."
    assert "Not needed." in page(lead, second.get_absolute_url())[1]


def test_why_a_signed_report_was_changed_is_read_by_those_who_prepare_it(
    steering, lead, other, signed
):
    signed.move("reopen", by=lead, note="A name is wrong.")
    assert "A name is wrong." in page(other, signed.get_absolute_url())[1]
    sign(signed)
    assert "A name is wrong." not in page(other, signed.get_absolute_url())[1]


# --- when the steering group is another -----------------------------------------------------------
@pytest.fixture
def next_group(steering, signed):
    """The steering group has published, is closed, and another is formed."""
    made = publish(signed)
    WorkingGroup.objects.filter(pk=steering.pk).update(state="closed")
    return make.steering(name="Steering 2", slug="steering-2")[0], made


def test_a_closed_steering_groups_people_take_nothing_back(steering, lead, signed):
    made = publish(signed)
    WorkingGroup.objects.filter(pk=steering.pk).update(state="closed")
    with pytest.raises(PermissionDenied):
        fresh(made).move("withdraw", by=lead, note="We do not like it.")
    make.steering(name="Steering 2", slug="steering-2")
    with pytest.raises(PermissionDenied):
        fresh(made).move("withdraw", by=lead, note="We do not like it.")
    assert "withdraw" not in fresh(made).moves_for(lead)


def test_the_next_steering_group_takes_the_report_back(next_group, lead):
    group, made = next_group
    first, second = make.leads(group)
    fresh(made).move("withdraw", by=first, note="A number was wrong.")
    assert "Answer the other co-lead" in titles_for(second)
    url = reverse("annual_report_move", args=[YEAR, 1, "withdraw"])
    made = fresh(made)
    seen = made.shown(made.first_press("withdraw"))
    assert as_(lead).post(url, {"note": "No.", "seen": seen}).status_code == 403
    assert as_(second).post(url, {"note": "", "seen": seen}).status_code == 302
    assert page(None, PUBLIC)[0] == 410


def test_it_begins_a_report_of_a_year_that_the_closed_one_left_unfinished(steering, lead, signed):
    WorkingGroup.objects.filter(pk=steering.pk).update(state="closed")
    group = make.steering(name="Steering 2", slug="steering-2")[0]
    assert AnnualReport.begin(YEAR, by=make.leads(group)[0]).number == 2
    with pytest.raises(PermissionDenied):
        AnnualReport.begin(YEAR, by=lead)
    assert page(make.leads(group)[1], signed.get_absolute_url())[0] == 200


def test_a_steering_group_closes_once_its_report_is_settled_and_what_is_public_stays(
    steering, lead, signed
):
    office = make.programme_user(OFFICE)
    open_ = "yearly report that is neither published"
    assert any(open_ in str(one) for one in steering.missing("close", office))
    publish(signed)
    assert not any("report" in str(one) for one in steering.missing("close", office))


# --- one of a year --------------------------------------------------------------------------------
def test_there_is_one_open_report_of_a_year_and_none_of_another_time(steering, lead):
    report(steering)
    with pytest.raises(Conflict):
        AnnualReport.begin(YEAR, by=lead)
    for year in (2023, 2027):
        with pytest.raises(NotYet):
            AnnualReport.begin(year, by=lead)
    assert as_(lead).post("/reports/begin/", {"year": YEAR}).status_code == 409
    assert as_(lead).post("/reports/begin/", {"year": 1999}).status_code == 422
    with pytest.raises(PermissionDenied):
        AnnualReport.begin(YEAR + 1, by=make.programme_user(OFFICE))


# --- who reads what -------------------------------------------------------------------------------
def test_a_draft_is_read_by_those_who_prepare_it_and_by_nobody_else(steering, lead, other):
    made, office = report(steering), make.programme_user(OFFICE)
    member = steering.people().exclude(role="co_lead").first().user
    urls = [
        made.get_absolute_url(),
        f"{PUBLIC}1/cohorts.csv",
        made.edit_url,
        f"{PUBLIC}1/versions/",
    ]
    for user in (lead, other, office):
        assert page(user, urls[0])[0] == 200
        assert made.title in page(user, "/reports/")[1]
    for user in (member, make.UserFactory()):
        assert [page(user, url)[0] for url in urls] == [404] * 4
        assert made.title not in page(user, "/reports/")[1]
    assert [page(None, url)[0] for url in urls] == [404, 404, 302, 302]
    assert page(office, made.edit_url)[0] == 403
    sign(made)
    assert page(member, urls[0])[0] == 200  # who decides about it
    assert page(make.UserFactory(), urls[0])[0] == page(None, urls[0])[0] == 404
    assert not AnnualReport.objects.visible_to(AnonymousUser()).exists()


def test_an_administrator_reads_no_report_before_it_is_public_nor_earlier_words(
    steering, lead, signed
):
    """Who looks after the site sees every group, and has no seat in this one."""
    admin = make.programme_user(ADMIN, is_staff=True)
    assert page(admin, signed.get_absolute_url())[0] == 404
    signed.move("reopen", by=lead, note="A name is wrong.")
    before = SignedReport.objects.get()
    made = publish(sign(signed))
    client = as_(make.with_second_factor(admin))
    assert client.get(f"{made.get_absolute_url()}versions/").status_code == 403

    def opens(name, row):
        return client.get(reverse(f"admin:reports_{name}_change", args=[row.pk])).status_code

    assert opens("reportwords", made.saves.get(number=1)) == 302
    assert opens("reportwords", made.signed.words) == 200
    assert opens("signedreport", before) == 302
    assert opens("signedreport", made.signed) == 200


# --- writing --------------------------------------------------------------------------------------
@pytest.mark.differs
def test_a_save_from_an_old_page_shows_both_texts_and_loses_neither(steering, lead, other):
    made = report(steering)
    seen = made.revision
    made.write(by=lead, seen=seen, impact="Theirs.")
    with pytest.raises(StaleEdit):
        made.write(by=other, seen=seen, impact="Mine.")
    answer = as_(other).post(made.edit_url, texts("Mine.", seen=seen))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Theirs." in text
    assert "Mine." in text
    answer = as_(other).post(made.edit_url, texts("Mine.", seen=fresh(made).revision))
    assert answer.status_code == 302
    assert [one.number for one in made.saves.all()] == [4, 3, 2, 1]
    shown = page(lead, f"{PUBLIC}1/versions/?old=3&new=4")[1]
    assert "Theirs." in shown
    assert page(lead, f"{PUBLIC}1/versions/?old=x")[0] == 200


# --- what needs whom, and cost --------------------------------------------------------------------
def titles_for(user):
    return [need.do for need in needs_of(user)]


def test_each_is_asked_for_what_is_theirs(steering, lead, other):
    made = report(steering)
    assert "Finish the report and sign it" in titles_for(lead)
    made.move("sign", by=lead)
    assert "Answer the other co-lead" in titles_for(other)
    assert "Answer the other co-lead" not in titles_for(lead)
    made.move("sign", by=other)
    decide(steering, made)
    office = make.programme_user(OFFICE)
    assert "Publish the report" in titles_for(office)
    assert "Publish the report" in titles_for(lead)


def test_whose_signature_fell_is_asked_for_it_again_and_hears(steering, lead, other, settings):
    settings.QUIET_HOURS = None
    made = report(steering)
    made.move("sign", by=lead)
    assert "Finish the report and sign it" not in titles_for(lead)
    made.write(by=other, seen=made.revision, impact="All went well.")
    assert "Finish the report and sign it" in titles_for(lead)
    assert "Answer the other co-lead" not in titles_for(other)
    assert told("signature_fell") == {lead.pk}


def test_whose_figures_changed_by_themselves_is_asked_again_and_hears_by_the_morning(
    steering, lead, other, settings
):
    settings.QUIET_HOURS = None
    made = report(steering)
    made.move("sign", by=lead)
    follow_figures()
    assert fresh(made).first_press("sign")
    assert told("signature_fell") == set()
    Tally.objects.create(
        count="decisions", group=None, quarter=made.period.first, part="quorate", number=3
    )
    follow_figures()
    assert told("signature_fell") == {lead.pk}
    assert "Finish the report and sign it" in titles_for(lead)


def test_the_list_costs_the_same_for_one_and_three(steering, lead, client):
    client.force_login(lead, "apps.accounts.backends.SignIn")

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/reports/").status_code == 200
        return len(found)

    report(steering)
    client.get("/reports/")
    one = queries()
    for year in (2024, 2026):
        report(steering, year=year, count=False)
    assert queries() == one


def test_groups_are_not_in_it_one_by_one(steering):
    group = make.working_group(name="Elderflower", slug="elderflower")
    WorkingGroup.objects.filter(pk=group.pk).update(created_at=steering.created_at)
    assert "Elderflower" not in str(report(steering).content)
    assert {"groups", "vacancies", "stages"}.isdisjoint(taking.titles())


def test_a_decision_that_does_not_count_is_not_called_one(steering, lead, signed):
    pass_days()
    met = make.held(steering, [lead], days_ago=0)
    assert make.decision(met, about=signed).state == Decision.State.PROVISIONAL
    assert "decided about it at its meeting" not in page(lead, signed.get_absolute_url())[1]


def test_a_draft_of_a_year_that_runs_tells_what_stands_today(steering):
    """At the end of the quarters to come nothing stands yet, and all would be none."""
    tallies.refresh()
    [seats] = [one for one in taking.take(2026)["tables"] if one["key"] == "seats"]
    assert seats["header"][1] == "On 1 June 2026"
    assert [row[1] for row in seats["rows"]] == ["100% (1)", "100% (1)"]


def test_who_comes_second_is_led_to_the_report_that_was_begun(steering, other):
    made = report(steering)
    sent = as_(other).post(reverse("report_begin"), {"year": YEAR})
    assert sent.status_code == 409
    assert f'href="{made.get_absolute_url()}"' in sent.content.decode()


def test_the_page_of_one_asks_as_much_whatever_others_there_are(steering, lead, other, signed):
    """Of a draft: what somebody may read, its words and figures, what both have pressed."""

    site = as_(lead)

    def queries(url):
        with CaptureQueriesContext(connection) as found:
            assert site.get(url).status_code == 200
        return len(found)

    draft = report(steering, year=2026, count=False).get_absolute_url()
    urls = draft, signed.get_absolute_url()
    for url in urls:
        queries(url)
    one = [queries(url) for url in urls]
    report(steering, year=2024, count=False)
    assert [queries(url) for url in urls] == one
    assert one[0] <= 20
    assert one[1] <= 14


def test_a_later_one_is_told_to_those_who_may_read_it(steering, lead, signed):
    publish(signed)
    later = report(steering)
    url = signed.get_absolute_url()
    assert "There is a later one" in page(lead, url)[1]
    assert "There is a later one" not in page(None, url)[1]
    assert later.number == signed.number + 1
