from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.taskgroups.models.output import Attachment, Output
from apps.taskgroups.models.suggestion import Suggestion
from tests import factories as make

from ..factories import UserFactory, appoint, working_group
from ..matrix import Row

# The people of the matrix in the group "role-design". Outsiders belong to nothing; HR is of the
# programme by its role alone, so it reads what the whole programme may read.


def populate(world):
    group, colead = world.group, world.actors["colead"]
    member = world.actors["member"]
    steering = working_group(kind=WorkingGroup.Kind.STEERING, leads=False)
    world.steering_lead = UserFactory()
    appoint(steering, world.steering_lead, Role.CO_LEAD)
    world.stage = make.stage()
    world.stage.groups.add(group)
    planned = {"by": colead}
    world.output = make.output(group, title="A draft", **planned)
    world.output_shared = make.output(
        group, title="An open draft", shared_with="programme", **planned
    )
    world.output_ready = make.output(group, title="Ready", **planned)
    world.output_withdrawn = make.output(group, title="Withdrawn", **planned)
    world.output_withdrawn.move("withdraw", by=colead, note="Not now.")
    world.output_back = make.changes_requested(make.output(group, **planned), world.steering_lead)
    world.output_second = make.changes_requested(make.output(group, **planned), world.steering_lead)
    world.output_second.move("next_version", by=colead)
    world.change_asked = world.output_second.changes_asked.get()
    world.output_accepted = make.accepted(make.output(group, **planned), world.steering_lead)
    world.output_file = Attachment.add(
        world.output,
        SimpleUploadedFile("notes.txt", b"Some notes"),
        by=colead,
        title="Notes",
        use="beside",
    )
    world.suggestion = make.suggestion(world.output, member)
    world.suggestion_answered = make.taken_up(
        make.suggestion(world.output, member), world.staff_lead
    )


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def stage_form(world):
    day = timezone.localdate()
    dates = {
        f"{name}_{part}": getattr(day, part)
        for name in ("starts", "ends")
        for part in ("day", "month", "year")
    }
    return {"name": "Another", "order": 2, "aim": "To learn.", "groups": [world.group.pk]} | dates


def labels(world):
    return {"title": "Renamed", "kind": "plan"}


def begun(world):
    return labels(world) | {"group": world.group.pk}


def words(world):
    return {"summary": "Short.", "body": "Other words.", "seen": world.output.latest.revision}


def a_file(world):
    file = SimpleUploadedFile("paper.pdf", make.pdf())
    return {"title": "Paper", "use": "beside", "file": file}


def from_paper(world):
    return {"text": "Larger print.", "constituency": "lived_experience"}


SIGNED_IN = "302 200 200 200 200 200 200 200 200"
#        anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"
PROGRAMME = "302 404 200 200 200 200 200 200 200"
DRAFTS = "302 404 403 200 200 200 403 404 403"
DRAFTS_POST = "302 404 403 302 302 302 403 404 403"
LEADS = "302 404 403 403 403 200 403 404 403"
LEADS_POST = "302 404 403 403 403 302 403 404 403"
OFFICE = "302 403 403 403 403 403 200 403 403"
OFFICE_POST = "302 403 403 403 403 403 302 403 403"

ROWS = [
    Row("stages", SIGNED_IN),
    Row("stage_add", OFFICE),
    Row("stage_add", OFFICE_POST, method="post", data=stage_form),
    Row("stage", PROGRAMME, of("stage")),
    Row("stage_change", "302 404 403 403 403 403 200 403 403", of("stage")),
    Row(
        "stage_change",
        "302 404 403 403 403 403 302 403 403",
        of("stage"),
        method="post",
        data=stage_form,
    ),
    Row("stage_remove", "302 404 403 403 403 403 200 403 403", of("stage")),
    Row("stage_remove", "302 404 403 403 403 403 302 403 403", of("stage"), method="post"),
    Row("outputs", SIGNED_IN),
    Row("uptake", SIGNED_IN),
    Row("output_add", "302 403 403 200 200 200 403 403 403"),
    Row("output_add", "302 403 403 302 302 302 403 403 403", method="post", data=begun),
    Row("output", SEES, of("output"), note="draft"),
    Row("output", PROGRAMME, of("output_shared"), note="draft open to the programme"),
    Row("output", SEES, of("output_back"), note="changes requested"),
    Row("output", PROGRAMME, of("output_accepted"), note="accepted"),
    Row("output_change", DRAFTS, of("output")),
    Row("output_change", DRAFTS_POST, of("output"), method="post", data=labels),
    Row("output_edit", DRAFTS, of("output")),
    Row("output_edit", DRAFTS_POST, of("output"), method="post", data=words),
    # No longer a draft: 409, as somebody moved it on.
    Row(
        "output_edit", "302 404 403 409 409 409 403 403 403", of("output_accepted"), note="accepted"
    ),
    Row(
        "output_autosave",
        "302 404 403 200 200 200 403 404 403",
        of("output"),
        method="post",
        data=words,
    ),
    Row("output_history", LEADS, of("output")),
    Row("output_version", SEES, lambda w: of("output")(w) | {"number": 1}),
    Row(
        "output_version",
        PROGRAMME,
        lambda w: of("output_accepted")(w) | {"number": 1},
        note="accepted",
    ),
    Row("output_differences", SEES, of("output_second")),
    Row("output_file_add", DRAFTS, of("output")),
    Row("output_file_add", DRAFTS_POST, of("output"), method="post", data=a_file),
    Row("output_file", SEES, of("output_file")),
    Row("output_file_remove", DRAFTS, of("output_file")),
    Row("output_file_remove", DRAFTS_POST, of("output_file"), method="post"),
    Row("output_share", LEADS, of("output")),
    Row(
        "output_share",
        LEADS_POST,
        of("output"),
        method="post",
        data=lambda w: {"shared_with": "programme"},
    ),
    Row("output_ask", "302 404 403 403 403 403 200 404 403", of("output")),
    Row(
        "output_ask",
        "302 404 403 403 403 403 302 404 403",
        of("output"),
        method="post",
        data=lambda w: {"easy_read_required": "on"},
    ),
    Row("output_sign", LEADS, of("output_ready")),
    Row(
        "output_sign",
        LEADS_POST,
        of("output_ready"),
        method="post",
        data=lambda w: {"seen": Output.objects.get(pk=w.output_ready.pk).signed_for},
    ),
    Row("output_unsign", LEADS_POST, of("output_ready"), method="post"),
    Row("output_implement", "302 404 403 403 403 200 403 403 403", of("output_accepted")),
    Row("output_move", LEADS, lambda w: of("output")(w) | {"name": "withdraw"}),
    Row("suggest", "302 404 403 200 200 200 403 404 403", of("output")),
    Row(
        "suggest",
        "302 404 200 200 200 200 200 200 200",
        of("output_shared"),
        note="open to the programme",
    ),
    Row(
        "suggest",
        "302 404 302 302 302 302 302 302 302",
        of("output_shared"),
        method="post",
        data=lambda w: {"text": "Larger print."},
    ),
    Row("suggest_on_paper", LEADS, of("output")),
    Row("suggest_on_paper", LEADS_POST, of("output"), method="post", data=from_paper),
    Row("suggestion", SEES, of("suggestion")),
    Row("suggestion_edit", "302 404 403 200 403 403 403 404 403", of("suggestion")),
    Row(
        "suggestion_edit",
        "302 404 403 302 403 403 403 404 403",
        of("suggestion"),
        method="post",
        data=lambda w: {"text": "Other words."},
    ),
    Row("suggestion_answer", LEADS, of("suggestion")),
    Row("suggestion_answer", LEADS, of("suggestion_answered"), note="again"),
    Row("suggestion", SEES, of("suggestion_answered"), note="answered"),
    Row("suggestion_object", "302 404 403 200 403 403 403 404 403", of("suggestion_answered")),
    Row(
        "suggestion_object",
        "302 404 403 302 403 403 403 404 403",
        of("suggestion_answered"),
        method="post",
        data=lambda w: {"objection": "I meant her number."},
    ),
    Row(
        "suggestion_move",
        "302 404 403 200 403 403 403 404 403",
        lambda w: of("suggestion")(w) | {"name": "withdraw"},
    ),
    Row("change_answer", DRAFTS, of("change_asked")),
    Row(
        "change_answer",
        DRAFTS_POST,
        of("change_asked"),
        method="post",
        data=lambda w: {"answer": "In the second paragraph."},
    ),
]


def move(url, expect, thing, name):
    return Row(
        url,
        expect,
        lambda world: of(thing)(world) | {"name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
    )


def answered(outcome):
    return Row(
        "suggestion_answer",
        LEADS_POST,
        of("suggestion"),
        method="post",
        data=lambda world: {
            "outcome": outcome,
            "reason": "It is clearer.",
            "changes": [one.key for one in world.suggestion.changes()],
        },
        note=outcome,
    )


def answered_again(world):
    seen = world.suggestion_answered.answered_at.isoformat()
    return {"outcome": "agree", "reason": "It says so already.", "seen": seen}


MOVES = {
    Output: {
        "next_version": move("output_move", DRAFTS_POST, "output_back", "next_version"),
        "implement": Row(
            "output_implement",
            "302 404 403 403 403 302 403 403 403",
            of("output_accepted"),
            method="post",
            data=lambda world: {"evidence": "Used in three teams."},
        ),
        "withdraw": move("output_move", LEADS_POST, "output", "withdraw"),
        "reopen": move("output_move", LEADS_POST, "output_withdrawn", "reopen"),
    },
    Suggestion: {
        **{name: answered(name) for name in Suggestion.OUTCOMES},
        "answer_again": Row(
            "suggestion_answer",
            LEADS_POST,
            of("suggestion_answered"),
            method="post",
            data=answered_again,
            note="again",
        ),
        "withdraw": move(
            "suggestion_move", "302 404 403 302 403 403 403 404 403", "suggestion", "withdraw"
        ),
    },
}
