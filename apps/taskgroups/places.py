"""Where stages and outputs are."""

from apps.core.places import beneath, entry, page, thing
from apps.groups.programme import takes_part

entry(
    "work",
    "Work",
    "work",
    order=40,
    rank=25,
    shown=takes_part,
    text="What groups make, its reviews, the programme board, and actions.",
)
page("Work", "work", shown=takes_part)

page(
    "Outputs",
    "outputs",
    under="work",
    text="What task groups make together: drafts, suggestions, and what came of them.",
    order=10,
)
page("Stages", "stages", under="work", text="The steps of the programme, in order.", order=50)
page(
    "What became of outputs",
    "uptake",
    under="work",
    text="Which outputs are in use, and where.",
    order=20,
)
thing("Stage", "stage", "taskgroups.stage", name="name")
thing("Output", "output", "taskgroups.output")
thing("History", "output_history")
thing("Suggestion", "suggestion")
beneath("/suggestions/", "outputs", "taskgroups.suggestion", "output")
beneath("/outputs/changes/", "outputs", "taskgroups.changeasked", "output")
