"""What groups add to *What needs you*."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.accounts.payable_time import ever_employed
from apps.core import clock
from apps.core.dates import day
from apps.core.models import FirstPress
from apps.core.needs import OPEN, Need, holding, needs_you, permitted
from apps.core.plain import known

from .counting import questions
from .models import Membership, PeerWorkers, TermsOfReference, WorkingGroup

NOTICE = timedelta(days=60)


def _half_led(user):
    """Running groups without one of their co-leads, for those who appoint."""
    if not user.has_perm("groups.manage_members"):
        return WorkingGroup.objects.none()
    return WorkingGroup.objects.half_led()


@needs_you(_half_led, may=permitted("groups.manage_members"), kind="Group")
def seats(groups, user):
    for group in groups:
        doubled = max(group.lived, group.staff) > 1
        yield Need(
            "End the term of one co-lead" if doubled else "Appoint a co-lead",
            group.get_absolute_url(),
            thing=group.name,
            detail="Several are of one side, so none of them leads"
            if doubled
            else "A co-lead seat is empty",
        )


def _ending(user):
    soon = clock.today() + NOTICE
    mine = Membership.objects.current().filter(user=user, ends__lte=soon)
    return mine.select_related("group")


@needs_you(_ending, may=known("in_groups"), kind="Group", put_off=True, deadline=OPEN)
def terms(memberships, user):
    """My own terms that end within 60 days."""
    for membership in memberships:
        yield Need(
            "Plan what follows your term, which is ending",
            membership.group.get_absolute_url(),
            thing=membership.group.name,
            due=membership.ends,
            detail=f"{membership.get_role_display()} until {day(membership.ends)}",
            group=membership.group.slug,
        )


def _unsigned(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    signed = FirstPress.objects.of(TermsOfReference, "sign").waiting().filter(by=user)
    waiting = TermsOfReference.objects.filter(group__in=leading, state="proposed")
    return waiting.exclude(Exists(signed)).select_related("group")


@needs_you(_unsigned, may=holding(WorkingGroup, "lead_workinggroup"), kind="Terms of reference")
def signatures(proposed, user):
    """New terms of reference that a co-lead has not signed."""
    for one in proposed:
        yield Need(
            "Sign the new terms of reference, or say no",
            one.get_absolute_url(),
            thing=one.group.name,
            detail="They take both co-leads",
        )


def _first(user):
    if not user.has_perm("groups.form_workinggroup"):
        return TermsOfReference.objects.none()
    adopted = TermsOfReference.objects.adopted().filter(group=OuterRef("group"))
    return TermsOfReference.objects.filter(~Exists(adopted), state="signed").select_related("group")


@needs_you(_first, may=permitted("groups.form_workinggroup"), kind="Terms of reference")
def first_terms(signed, user):
    """The first terms of a group, which the programme office confirms."""
    for one in signed:
        yield Need(
            "Confirm the first terms of reference", one.get_absolute_url(), thing=one.group.name
        )


def _in_post(user):
    """Memberships of a peer worker in groups whose terms say how they can count."""
    says = TermsOfReference.objects.adopted().filter(group=OuterRef("group"))
    says = says.exclude(peer_workers__in=["", PeerWorkers.NEITHER])
    mine = Membership.objects.current().deciding().filter(Exists(says), ever_employed(user))
    mine = mine.filter(user=user).select_related("group", "user")
    return mine.prefetch_related("group__terms_of_reference")


@needs_you(_in_post, may=known("in_groups"), kind="Group")
def sides_here(memberships, user):
    """Groups in which a peer worker has not said on which side they count."""
    asked = questions(list(memberships))
    for group in dict.fromkeys(one.membership.group for one in asked if one.is_open and one.sides):
        yield Need(
            "Say on which side you count",
            reverse("group_side", args=[group.slug]),
            thing=group.name,
            detail="Until then you do not count towards its quorum",
        )
