"""Who is told what when something happens in a review; what comes by the clock: messages.py.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.core.moves import effect
from apps.notifications.kinds import notify, void


def asked(assignment):
    notify("steering.asked", assignment, [assignment.reviewer])


@effect
def reviewer_done(assignment, entry):
    """Somebody sent or stood down: reminders stop, and the co-leads learn when all are in."""
    void(assignment)
    review = assignment.review
    if review.all_in():
        version = review.assignments.count()  # another reviewer, and it can be all in again
        notify("steering.all_in", review, review.group.leads(), version=version)


@effect
def review_decided(review, entry):
    """Those who reviewed learn what came of it; the task group is told with its output."""
    _stop(review)
    notify("steering.decided", review, [one.reviewer for one in review.active()])


@effect
def review_open_again(review, entry):
    """The decision lost its quorum: those who reviewed, who decide, and whose work it is learn."""
    reviewers = [one.reviewer for one in review.active()]
    people = {*reviewers, *review.group.leads(), *review.output.group.leads()}
    notify("steering.open_again", review, people, version=entry.pk)


@effect
def review_withdrawn(review, entry):
    _stop(review)
    reviewers = [one.reviewer for one in review.active()]
    notify("steering.withdrawn", review, {*reviewers, *review.group.leads()})


def _stop(review):
    void(review)
    for assignment in review.assignments.all():
        void(assignment)
    for round_ in review.rounds.all():
        void(round_)


def round_opened(round_):
    notify("steering.round_opened", round_, round_.electorate())
