"""Co-production balance: its figures, as people read them."""

from functools import partial

from apps.groups.roles import CO_LEAD

from ..roles import sees_programme
from . import ALL, Row, Standard, by_part, by_side, define, topic, work

topic(
    slug="balance",
    title="Co-production balance",
    lead="How people with lived experience, staff and partners share the work: who is there, who "
    "takes part, and whose words change things.",
    may=sees_programme,
)
figure = partial(define, topic="balance")

THEN = "The side is the one on which the person took part at the time."
ATTENDED = "The record of each meeting that was held: who was invited, who answered, who came."
SUGGESTED = "Suggestions on outputs, on the site and typed in from paper."
UNSAID = "Pre-meets, debriefs, and meetings that were cancelled."

# --- presence -------------------------------------------------------------------------------------
figure(
    key="members",
    main=True,
    title="Members",
    count=work.members,
    rows=by_side(),
    of=ALL,
    standard=Standard.PRESENCE,
    unit="people",
    says="{share} of members took part with lived experience",
    numerator="People who belong to a group in any role but observer, at the end of the period. "
    "In the programme as a whole everybody is counted once.",
    denominator="All of these.",
    source=f"Memberships. {THEN}",
    leaves_out="Observers. How a peer worker counts towards a quorum: the side is the recorded "
    "one.",
)
figure(
    key="seats",
    title="Co-lead seats held",
    count=work.seats,
    rows=tuple(Row(str(side.label), ("held",), side.value) for side in CO_LEAD),
    of=("seats",),
    standard=Standard.PRESENCE,
    unit="seats",
    says="{share} of the co-lead seats for lived experience were held",
    numerator="Seats for each side that somebody of that side held, at the end of the period.",
    denominator="One seat for each side in every group that was formed and not closed.",
    source=f"Memberships, and the record of groups that closed. {THEN}",
    leaves_out="Who held the seat, and for how long.",
)
figure(
    key="attendance",
    main=True,
    title="Attendance",
    count=work.attendance,
    rows=by_side("came"),
    of=("invited",),
    standard=Standard.PRESENCE,
    unit="times that somebody came",
    says="people with lived experience came {share} of the times that they were invited",
    numerator="Times that somebody came to a meeting.",
    denominator="Times that somebody was invited: as a member, or as a deputy.",
    source=f"{ATTENDED} The side is the one on which somebody counted towards the quorum; for "
    "those who did not count, the one on which they took part that day.",
    leaves_out=f"{UNSAID} Meetings at which nobody has recorded yet who came.",
)
figure(
    key="apologies",
    title="Apologies",
    count=work.attendance,
    rows=by_side("apologies"),
    of=("invited",),
    standard=Standard.PRESENCE,
    unit="apologies",
    says="people with lived experience sent apologies {share} of the times that they were invited",
    numerator="Times that somebody answered *No* to an invitation and did not change it.",
    denominator="Times that somebody was invited.",
    source=ATTENDED,
    leaves_out=f"Why, which nobody is asked. Answers given otherwise than on the site. {UNSAID}",
)
figure(
    key="deputies",
    title="Deputies who came",
    count=work.attendance,
    rows=by_side("deputy_came"),
    of=("deputy_named",),
    standard=Standard.PRESENCE,
    unit="deputies",
    says="{number} deputies with lived experience came in place of somebody",
    numerator="Times that somebody who was asked as a deputy came.",
    denominator="Times that a deputy was named.",
    source=ATTENDED,
    leaves_out=f"Deputies who were never named on the site. {UNSAID}",
)

# --- process --------------------------------------------------------------------------------------
figure(
    key="meetings",
    title="Meetings",
    count=work.meetings,
    rows=by_part(
        quorate="Held with a quorum of both sides",
        inquorate="Held without a quorum",
        cancelled="Cancelled",
    ),
    of=ALL,
    standard=Standard.PROCESS,
    unit="meetings",
    says="{share} of the meetings that were planned were held with a quorum of both sides",
    numerator="Meetings, in the quarter for which they were last planned.",
    denominator="All meetings that were held or cancelled.",
    source="The record of each meeting. Whether there was a quorum follows from who came.",
    leaves_out="Pre-meets and debriefs. Meetings at which nobody has recorded yet who came.",
)
figure(
    key="agenda",
    main=True,
    title="Agenda items proposed",
    count=work.agenda,
    rows=by_side("proposed", "accepted", "declined"),
    of=ALL,
    standard=Standard.PROCESS,
    unit="agenda items",
    says="{share} of agenda items were proposed by people with lived experience",
    numerator="Items proposed for meetings that were held, whether or not they got on the agenda.",
    denominator="All of these.",
    source="Agendas. The side is that of whoever proposed it on the day of the meeting: when they "
    "did is not recorded.",
    leaves_out=f"Items that were withdrawn. {UNSAID} Who spoke, and in which order: minutes do not "
    "record it.",
)
figure(
    key="agenda_accepted",
    title="Proposed items that got on the agenda",
    count=work.agenda,
    rows=by_side("accepted"),
    of=("proposed", "accepted", "declined"),
    standard=Standard.PROCESS,
    unit="agenda items",
    says="{share} of what people with lived experience proposed got on the agenda",
    numerator="Items on the agenda of a meeting that was held.",
    denominator="Items that were proposed, of the same side.",
    source="Agendas.",
    leaves_out=f"Items that were withdrawn. {UNSAID}",
)
figure(
    key="decisions",
    main=True,
    title="Decisions",
    count=work.decisions,
    rows=by_part(
        quorate="Taken with a quorum of both sides",
        ratified="Taken without, and ratified later",
        provisional="Taken without, and still to be ratified",
        lapsed="Taken without, and lapsed",
    ),
    of=ALL,
    standard=Standard.PROCESS,
    unit="decisions",
    says="{share} of decisions were taken with a quorum of both sides at once",
    numerator="Decisions to which a meeting agreed, by what became of them until now.",
    denominator="All of these.",
    source="The record of decisions, in the quarter of the meeting that took them.",
    leaves_out="What a meeting did not agree to, which needs no quorum. Decisions recorded in "
    "error. Decisions of the steering group in writing.",
)

# --- impact ---------------------------------------------------------------------------------------
figure(
    key="suggestions",
    title="Suggestions made",
    count=work.suggestions,
    rows=by_side("taken_up", "adapted", "agreed", "not_taken_up", "earlier", "open"),
    of=ALL,
    standard=Standard.IMPACT,
    unit="suggestions",
    says="{share} of suggestions came from people with lived experience",
    numerator="Suggestions, by the side of whoever made them, as it was then.",
    denominator="All of these.",
    source=SUGGESTED,
    leaves_out="Suggestions that were withdrawn.",
)
ANSWERED = ("taken_up", "adapted", "agreed", "not_taken_up", "earlier")
for key, parts, title, said in (
    ("changed", ("taken_up", "adapted"), "Suggestions that changed a text", "changed the text"),
    ("taken_up", ("taken_up",), "Suggestions taken up", "were taken up as they were"),
    ("adapted", ("adapted",), "Suggestions adapted", "were adapted"),
    (
        "agreed",
        ("agreed",),
        "Suggestions agreed without a change of words",
        "were agreed and needed no change of words",
    ),
    ("not_taken_up", ("not_taken_up",), "Suggestions not taken up", "were not taken up"),
):
    figure(
        key=f"suggestions_{key}",
        main=key == "changed",
        title=title,
        count=work.suggestions,
        rows=by_side(*parts),
        of=ANSWERED,
        standard=Standard.IMPACT,
        unit="suggestions",
        says=f"{{share}} of answered suggestions by people with lived experience {said}",
        numerator="Suggestions with this answer, in the quarter in which they were made. A change "
        "of the text counts only while the version that was submitted last says the words.",
        denominator="Suggestions of the same side that were answered.",
        source=SUGGESTED,
        leaves_out="Suggestions that were withdrawn. Answers from before words were named count as "
        "answered and as nothing else.",
    )
figure(
    key="reviews",
    title="Reviews",
    count=work.reviews,
    rows=by_side("sent"),
    of=ALL,
    standard=Standard.IMPACT,
    unit="reviews",
    says="{share} of reviews of outputs came from people with lived experience",
    numerator="Recommendations that reviewers sent, in the quarter in which they were asked.",
    denominator="All of these.",
    source="Reviews for the steering group. The side is recorded when somebody is asked.",
    leaves_out="Reviewers who stood down or have not sent anything. On a group's page: reviews of "
    "its outputs, whoever wrote them.",
)
figure(
    key="responses",
    title="Responses to consultations",
    count=work.responses,
    rows=by_side(),
    of=ALL,
    standard=Standard.IMPACT,
    unit="responses",
    says="{share} of the responses whose side can be shown came from people with lived experience",
    numerator="People with an account who responded, in the quarter in which the consultation "
    "closed.",
    denominator="All of these.",
    source="What the figures of each consultation show. The side is the one of today: when "
    "somebody responded is not recorded, so that nobody can be found by it.",
    leaves_out="Consultations that are still open. Responses without an account. Sides that the "
    "figures of a consultation hide, because few responded.",
)
