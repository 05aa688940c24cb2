"""What pairs bring to *What needs you*."""

from datetime import timedelta

from django.db.models import Exists, Q
from django.urls import reverse

from apps.accounts.confidence import limits_page
from apps.core import clock
from apps.core.dates import day
from apps.core.needs import DISCREET, Need, holding, needs_you, permitted
from apps.groups.models import WorkingGroup

from .models import HelpContact, HelpRequest, Pair

SOON = timedelta(days=3)


def _led(user):
    """Groups whose co-leads and office look after pairs."""
    return WorkingGroup.objects.where(user, "lead_workinggroup") | WorkingGroup.objects.where(
        user, "manage_members"
    )


def _my_pairs(user):
    left = Q(left_by__isnull=False, noticed_at__isnull=True) & ~Q(left_by=user)
    meeting = Q(state=Pair.State.ACTIVE, counted_from__isnull=False) & ~Q(every="")
    asked = Q(state=Pair.State.PROPOSED) & ~Q(proposed_by=user)
    mine = Pair.objects.of(user).filter(left | meeting | asked)
    return mine.select_related("peer", "sponsor", "proposed_by")


@needs_you(_my_pairs, kind="Pair", deadline=DISCREET)
def my_pairs(pairs, user):
    """A suggestion to answer, a check-in that is due, a partner who has left."""
    soon = clock.today() + SOON
    for pair in pairs:
        other = pair.partner_of(user).name
        if pair.open_to("pause") and not user.knows_limits:
            yield Need(
                "Read “What cannot be kept private”",
                limits_page(pair.get_absolute_url()),
                detail=f"Before you and {other} write to each other here",
            )
        if pair.left_by_id:
            yield Need(
                f"Read that {other} has left, so your pair has ended",
                pair.get_absolute_url(),
                since=pair.ended_at,
                detail=pair.about,
            )
        elif pair.open_to("accept"):
            yield Need(
                f"Answer {other}, who suggests that you become a pair",
                pair.get_absolute_url(),
                since=pair.proposed_at,
                detail=pair.about,
            )
        elif pair.next_check_in <= soon:
            yield Need(
                f"Check in with {other}",
                pair.get_absolute_url(),
                due=pair.next_check_in,
                detail=f"By {day(pair.next_check_in)}, as you agreed",
            )


def _help_asked(user):
    return HelpRequest.objects.filter(contact=user, state=HelpRequest.State.ASKED)


@needs_you(_help_asked, kind="Pair")
def pairs_to_help(requests, user):
    """For the one person whom the office named."""
    for help_asked in requests:
        yield Need(
            "Get in touch with a pair that asks for help",
            help_asked.get_absolute_url(),
            since=help_asked.asked_at,
        )


def _lost(user):
    lost = Pair.objects.filter(
        left_by__isnull=False, followed_up_at__isnull=True, network__in=_led(user)
    )
    lost = lost.exclude(Q(peer=user) | Q(sponsor=user))
    return lost.select_related("peer", "sponsor", "left_by")


@needs_you(_lost, may=holding(WorkingGroup, "lead_workinggroup", "manage_members"), kind="Pair")
def lost_partners(lost, user):
    """For those who can help somebody who is left to find somebody else."""
    for pair in lost:
        yield Need(
            f"Get in touch with {pair.partner_of(pair.left_by).name}, who needs a new pair",
            pair.get_absolute_url(),
            since=pair.ended_at,
            detail=pair.about,
        )


def _unhelped(user):
    """Pairs, where nobody is named whom they could ask for help."""
    running = Pair.objects.running()
    if not user.has_perm("network.name_help_contact"):
        return running.none()
    newest = HelpContact.objects.values("pk")[:1]
    return running.exclude(Exists(HelpContact.objects.filter(pk__in=newest, user__is_active=True)))


@needs_you(_unhelped, may=permitted("network.name_help_contact"), shown=1, kind="Pairs")
def nobody_helps(pairs, user):
    if pairs:
        yield Need("Name the person who helps pairs", reverse("help_contact"))
