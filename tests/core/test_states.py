"""The colour of each state's tag."""

import pytest
from django.apps import apps

from apps.core.models import Stateful, States
from apps.core.templatetags.nhs import answer_tag, state_tag

# Colours mean the same wherever they are: green is done well, yellow waits, red went wrong.
COLOURS = {
    "accounts.AddressChange": "asked=yellow confirmed=blue made=green stopped=orange",
    "accounts.RoleChange": "asked=yellow made=green declined=orange taken_back=grey",
    "accounts.SideChange": "asked=yellow confirmed=green declined=orange taken_back=grey",
    "accounts.Invitation": "waiting=grey partly=yellow accepted=green revoked=orange",
    "experience.Batch": "gathering=grey heard=yellow told=green",
    "governance.Consultation": "draft=grey open=blue closed=grey published=blue withdrawn=grey",
    "datarights.DataExport": "waiting=grey making=blue ready=grey failed=red",
    "datarights.DataRequest": (
        "received=grey in_hand=grey erasing=grey done=green refused=orange withdrawn=grey"
    ),
    "governance.RegisterChange": "waiting=yellow done=green dropped=grey",
    "governance.DocumentFormat": "asked=yellow making=blue available=green dropped=orange",
    "governance.DocumentVersion": (
        "draft=grey consultation=grey revised=grey approved=green withdrawn=grey"
    ),
    "groups.WorkingGroup": "forming=grey active=green closing=yellow closed=grey",
    "groups.TermsOfReference": "proposed=yellow signed=blue adopted=green dropped=grey",
    "meetings.AttendanceCorrection": "waiting=yellow made=green dropped=grey",
    "meetings.Action": "open=blue done=green cancelled=red",
    "meetings.AgendaItem": "proposed=grey accepted=green declined=orange withdrawn=grey",
    "meetings.Decision": (
        "recorded=yellow carried=green not_carried=red provisional=yellow ratified=green "
        "lapsed=orange denied=grey"
    ),
    "meetings.Finding": "open=blue chosen=green dropped=grey",
    "meetings.Meeting": "draft=grey published=blue held=aqua-green minuted=green cancelled=red",
    "meetings.Minutes": "draft=grey circulated=blue approved=green",
    "meetings.SupportRequest": "asked=yellow arranged=green withdrawn=grey",
    "conversations.Booking": "asked=yellow booked=green waiting=grey cancelled=red",
    "conversations.BookingSupport": "asked=yellow arranged=green withdrawn=grey",
    "conversations.Conversation": (
        "draft=grey published=blue held=aqua-green written_up=green cancelled=red"
    ),
    "network.HelpRequest": "asked=yellow answered=grey withdrawn=grey",
    "network.Interest": "new=blue answered=grey invited=grey declined=orange",
    "payments.StatusDecision": "written=yellow recorded=green dropped=grey",
    "payments.InvolvementClaim": (
        "draft=grey submitted=blue approved=green returned=yellow paid=green"
    ),
    "network.Nomination": (
        "asked=yellow forward=blue accepted=green seated=green not_seated=grey withdrawn=grey"
    ),
    "network.Pair": (
        "proposed=grey active=green paused=yellow ended=grey declined=orange withdrawn=grey"
    ),
    "conversations.PhotoConsent": "asked=yellow given=green withdrawn=grey",
    "network.Post": "shown=grey hidden=orange removed=grey",
    "network.PostReport": "open=blue settled=grey",
    "network.Practice": "draft=grey submitted=blue published=blue archived=grey",
    "network.PracticeName": "asked=yellow agreed=green refused=orange withdrawn=grey",
    "network.SeatRequest": "open=blue closed=grey withdrawn=grey",
    "recruitment.Application": (
        "draft=grey submitted=blue shortlisted=aqua-green reserve=yellow "
        "not_shortlisted=grey booked=green interviewed=purple offered=green "
        "interview_reserve=yellow unsuccessful=grey withdrawn=grey ended=grey"
    ),
    "recruitment.Appointment": "started=green inducted=blue passed=green left=grey",
    "recruitment.Approval.answer": "waiting=grey approved=green returned=yellow",
    "recruitment.Check": (
        "waiting=grey asked=yellow seen=blue cleared=green not_needed=grey problem=red"
    ),
    "recruitment.Enrolment": "enrolled=blue paused=yellow completed=green left=grey",
    "recruitment.Interview": "invited=grey booked=green held=aqua-green missed=grey",
    "recruitment.Offer": (
        "conditional=blue accepted=green checks=yellow cleared=green started=green "
        "declined=orange taken_back=orange"
    ),
    "recruitment.Sheet": "draft=grey locked=grey void=grey",
    "recruitment.TrainingCohort": "planned=grey running=blue finished=green",
    "recruitment.Vacancy": (
        "draft=grey readiness=blue approval=yellow approved=green open=blue closed=grey "
        "shortlisting=purple shortlisted=aqua-green interviewing=purple decided="
        "aqua-green filled=green unfilled=orange withdrawn=grey"
    ),
    "reports.AnnualReport": (
        "drafting=grey signed=blue decided=blue published=green replaced=grey withdrawn=grey "
        "dropped=grey"
    ),
    "reports.PublicFigures": "proposed=yellow in_force=green replaced=grey dropped=grey",
    "reports.SharedText": "draft=grey in_force=green replaced=grey dropped=grey",
    "steering.Review": "open=blue decided=aqua-green withdrawn=grey",
    "steering.ReviewAssignment": "asked=yellow reviewing=grey sent=green stood_down=grey",
    "payments.Rate": "proposed=yellow set=green dropped=grey",
    "steering.WrittenRound": "open=blue carried=green fallen=grey",
    "taskgroups.Output": (
        "draft=grey submitted=blue in_review=purple changes_requested=yellow "
        "accepted=green implemented=green declined=orange withdrawn=grey"
    ),
    "taskgroups.Suggestion": (
        "open=blue taken_up=green adapted=aqua-green agreed=purple not_taken_up=orange "
        "withdrawn=grey"
    ),
}


def colours(states):
    return " ".join(f"{state.value}={state.colour}" for state in states)


def test_every_state_of_everything_has_its_colour():
    found = {
        model._meta.label: colours(model.State)
        for model in apps.get_models()
        if issubclass(getattr(model, "State", str), States)
    }
    answers = apps.get_model("recruitment.Approval").Answer
    assert found | {"recruitment.Approval.answer": colours(answers)} == COLOURS
    assert {m._meta.label for m in apps.get_models() if issubclass(m, Stateful)} <= found.keys()


def test_a_state_without_a_colour_cannot_be_written():
    with pytest.raises(TypeError, match="colour"):

        class State(States):
            DRAFT = "draft", "Draft"


def test_a_tag_says_the_state_in_its_colour():
    meeting = apps.get_model("meetings.Meeting")(state="held")
    assert state_tag(meeting).split() == [
        "<strong",
        'class="nhsuk-tag',
        'nhsuk-tag--aqua-green">',
        "Held",
        "</strong>",
    ]
    report = apps.get_model("network.PostReport")(state="open")
    action = apps.get_model("meetings.Action")(state="open")
    assert "To look at" in state_tag(report)
    assert "To do" in state_tag(action)
    approval = apps.get_model("recruitment.Approval")(answer="returned")
    assert 'nhsuk-tag--yellow">' in answer_tag(approval)
