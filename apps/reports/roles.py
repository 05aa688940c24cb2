"""Who writes, signs and publishes. A group's co-leads write its texts, the steering group's the
report: ``groups.lead_workinggroup``. What was decided is made public by them or the office.

Reports and public figures are the programme's: what a closed steering group left is in the hands of
the one that works now, and of nobody until there is one.
"""

from django.db.models import Exists

from apps.accounts.roles import OFFICE, programme_role
from apps.core.compiled import rows_of
from apps.core.held import once
from apps.groups.models import WorkingGroup, belongs_to
from apps.groups.roles import LEADING, group_permission
from apps.meetings.models.about import the_groups_own_way
from apps.taskgroups.roles import steering

group_permission("publish_report", "Can make public what the group decided to", *LEADING)

programme_role(OFFICE, "groups.publish_report")


def _at_work(groups):
    return groups.filter(kind=WorkingGroup.Kind.STEERING).exclude(state=WorkingGroup.State.CLOSED)


def _first_at_work():
    return _at_work(WorkingGroup.objects).order_by("pk")[:1]


def the_steering_group():
    """The one that works; None until the programme office has formed it."""
    return next(iter(rows_of(_first_at_work)), None)


def the_steering_group_for(user):
    """The same, read once a request: pages ask it of a report and of whoever reads it."""
    return once(user, the_steering_group, the_steering_group)


def holds_at_work(user, codename):
    """A condition for rows: the steering group that works gives this person a permission."""
    return Exists(_at_work(WorkingGroup.objects.where(user, codename)))


def sits_at_work(user):
    """A condition for rows: this person is in it. A role that sees every group is no seat."""
    return Exists(_at_work(WorkingGroup.objects.filter(pk__in=belongs_to(user))))


def may_begin(user):
    """Whether this person begins reports and proposes figures: its co-leads."""
    group = the_steering_group_for(user)
    return group is not None and user.has_perm("groups.lead_workinggroup", group)


def prepares_reports(user):
    """Whether this person sees drafts and every save: its co-leads, the office."""
    if not user.is_authenticated:
        return False
    if user.has_perm("groups.publish_report"):
        return True
    group = "publish_report" in steering(user) and the_steering_group_for(user)
    return bool(group) and user.has_perm("groups.publish_report", group)


class OfTheProgramme:
    """A thing of a steering group that the next one answers for once this one is closed.

    ``scope`` is that one; where none works, nobody does anything with it. A meeting decides on it
    that begins after ``to_decide_since`` (None: nothing is to be decided); ``early`` is said of one
    before, ``settles`` what its decision does.
    """

    early: str
    settles: str

    @property
    def scope(self):
        return self.read_once("scope", the_steering_group) or self.group

    def way_to_a_decision(self, user):
        """What still stands between it and the meeting that decides on it."""
        since = self.to_decide_since
        if since is None or self.scope != self.group:
            return []
        return the_groups_own_way(self, user, since=since, early=self.early, settles=self.settles)

    def permits(self, user, name):
        return self.scope.state != WorkingGroup.State.CLOSED and super().permits(user, name)
