"""Who is told what while answers are coded, and when the outcome is published.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.accounts.models.people import User
from apps.core.moves import effect
from apps.groups.roles import Role
from apps.notifications.kinds import notify, void

RUNNERS = (Role.CO_LEAD, Role.SECRETARY)


def runners(group):
    """Who runs the group's consultations now."""
    return [one.user for one in group.people().filter(role__in=RUNNERS)]


def coders_named(analysis):
    version = analysis.first_id * 10**9 + analysis.second_id  # another pair is told anew
    notify("governance.coding", analysis, [analysis.first, analysis.second], version=version)


def coder_finished(analysis):
    if analysis.both_done:
        notify(
            "governance.coded",
            analysis,
            {analysis.first, analysis.second, *runners(analysis.consultation.group)},
        )


@effect
def outcome_published(consultation, entry):
    """Everybody with an account who responded. Those without one read it with their code."""
    void(consultation)
    people = consultation.participations.order_by("user_id").values("user")
    notify("governance.outcome", consultation, User.objects.filter(pk__in=people))
