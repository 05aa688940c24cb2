"""What invitations can place people in: groups and the roles in them (accounts.group_placement)."""

from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.accounts.group_placement import Places
from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.exceptions import NotYet

from .models import Membership, Represents, WorkingGroup
from .roles import CO_LEAD, Role, sync_grants

OPEN = (WorkingGroup.State.FORMING, WorkingGroup.State.ACTIVE)


class GroupPlaces(Places):
    def choices(self):
        groups = WorkingGroup.objects.filter(state__in=OPEN).order_by("name")
        return list(groups.values_list("slug", "name")), Role.choices

    def checker(self, users):
        groups = {group.slug: group for group in WorkingGroup.objects.filter(state__in=OPEN)}
        current = Membership.objects.current().select_related("user", "group")
        leads = {
            (lead.group.slug, lead.user.constituency): str(lead.user)
            for lead in current.filter(role=Role.CO_LEAD)
        }

        roles = defaultdict(set)
        for one in current.filter(user__in=users):
            roles[one.user_id].add((one.group.slug, one.role))

        def check(wanted, constituency, user=None):
            held = roles[user.pk] if user else set()
            errors = []
            for slug, role in ((one["group"], one["role"]) for one in wanted):
                group = groups.get(slug)
                seat = slug, constituency
                if group is None:
                    errors.append(f"There is no open group called {slug}.")
                elif (slug, role) in held:
                    errors.append(f"{Role(role).label} of {group}: held already, or given twice.")
                elif role == Role.CO_LEAD and constituency not in CO_LEAD:
                    errors.append("A co-lead sits for lived experience or for staff.")
                elif role == Role.CO_LEAD and seat in leads:
                    side = Constituency(constituency).label.lower()
                    errors.append(f"{group} has a {side} co-lead: {leads[seat]}.")
                elif role == Role.CO_LEAD:
                    leads[seat] = "somebody in another row"
                held.add((slug, role))
            return errors

        return check

    def describer(self):
        names = dict(WorkingGroup.objects.values_list("slug", "name"))
        return lambda wanted: [
            f"{Role(one['role']).label} of {names.get(one['group'], one['group'])}"
            for one in wanted
        ]

    def apply(self, user, wanted, *, by):
        problems = []
        for one in wanted:
            represents = ""
            if one["role"] == Role.REPRESENTATIVE:
                ours = user.department in Represents.values
                represents = user.department if ours else Represents.NETWORK
            try:
                with transaction.atomic():
                    group = WorkingGroup.objects.get(slug=one["group"], state__in=OPEN)
                    group.appoint(user, one["role"], by=by, represents=represents)
            except WorkingGroup.DoesNotExist:
                problems.append(f"The group {one['group']} is no longer open.")
            except NotYet as refusal:
                problems.append(f"{group}: {refusal}")
            except PermissionDenied:
                problems.append(f"{group}: {by} can no longer appoint people to it.")
        return problems

    def of(self, user):
        current = user.memberships.current().select_related("group").order_by("group__name")
        return [
            (f"{one.get_role_display()} of {one.group}", one.group.get_absolute_url())
            for one in current
        ]

    def refresh(self, user):
        for group in WorkingGroup.objects.filter(memberships__user=user).distinct():
            sync_grants(user, group)

    def objections(self, user, constituency):
        """Of the terms to come as well: they would begin on the other side."""
        terms = user.memberships.overlapping(clock.today(), None).filter(role=Role.CO_LEAD)
        leading = terms.select_related("group")
        return [
            f"{user} holds the {user.get_constituency_display().lower()} co-lead seat of "
            f"{one.group}. End that role first."
            for one in leading
            if constituency != user.constituency
        ]
