"""Who may do what in a review. It follows from the output and the steering group: ``own_perms``.

``taskgroups.review_output`` on the output is what the steering group's co-leads hold: it opens
reviews, names reviewers, records decisions. Recommendations are the reviewers' own.
"""

from apps.accounts.roles import OFFICE, programme_role
from apps.taskgroups.roles import steering

programme_role(OFFICE, "steering.view_review")


def leads_steering(user):
    """Whether the person is a co-lead of the steering group."""
    return "lead_workinggroup" in steering(user)


def in_steering(user):
    """Whether the person is a member of the steering group, or sees every group."""
    return "view_workinggroup" in steering(user) or user.has_perm("groups.view_workinggroup")
