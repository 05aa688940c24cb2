"""The groups of the demonstration programme: who steers, who does the work, who meets."""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from apps.accounts.models.people import Constituency

from .models import (
    Membership,
    PeerWorkers,
    Represents,
    TermsOfReference,
    WorkingGroup,
    WorkingGroupUserPermission,
)
from .roles import Role, grants_of

KIND = WorkingGroup.Kind
LARGE_GROUPS = 200
MARK = "This is demonstration data: the group and its people are invented."

# slug, name, kind, purpose
GROUPS = [
    (
        "steering-group",
        "Peer Support Steering Group",
        KIND.STEERING,
        "To steer the programme: agree where it is going, review what the task groups make, and "
        "decide together.",
    ),
    (
        "peers-and-sponsors",
        "Peers and Sponsors Network",
        KIND.NETWORK,
        "To bring together peers and the staff who sponsor them, share what already works across "
        "the boroughs, and choose who speaks for us in the task groups.",
    ),
    (
        "role-design",
        "Role design",
        KIND.TASK,
        "To work out what a Peer Support Worker does, what the post is called, and what the job "
        "description and person specification say.",
    ),
    (
        "training",
        "Training",
        KIND.TASK,
        "To design the twelve-week training, the mentoring that goes with it, and the preparation "
        "of the teams that peers join.",
    ),
    (
        "piloting",
        "Piloting",
        KIND.TASK,
        "To try the role in a few teams, see how it goes for peers and for colleagues, and put "
        "right what does not work.",
    ),
    (
        "career-pathways",
        "Career pathways",
        KIND.TASK,
        "To make sure that a peer post leads somewhere: supervision, development, and further "
        "posts for those who want them.",
    ),
    (
        "communication",
        "Communication",
        KIND.TASK,
        "To tell people what the programme does, in words that everybody can use, and to hear what "
        "they think of it.",
    ),
]

# Who sits where among those who sign in: slug -> [(name before the @, role, represents)]
SEATS = {
    "steering-group": [
        ("steering", Role.CO_LEAD, ""),
        ("hr", Role.REPRESENTATIVE, Represents.HR),
        ("comms", Role.REPRESENTATIVE, Represents.COMMS),
        ("equality", Role.REPRESENTATIVE, Represents.EQUALITY),
        ("office", Role.SECRETARY, ""),
        ("peercolead", Role.MEMBER, ""),
    ],
    "peers-and-sponsors": [
        ("peer", Role.MEMBER, ""),
        ("sponsor", Role.MEMBER, ""),
        ("panelpeer", Role.MEMBER, ""),
    ],
    "role-design": [
        ("peercolead", Role.CO_LEAD, ""),
        ("staffcolead", Role.CO_LEAD, ""),
        ("peer", Role.REPRESENTATIVE, Represents.NETWORK),
        ("hr", Role.REPRESENTATIVE, Represents.HR),
    ],
    "training": [("panelpeer", Role.REPRESENTATIVE, Represents.NETWORK)],
    "piloting": [("sponsor", Role.REPRESENTATIVE, Represents.NETWORK)],
    "career-pathways": [("equality", Role.REPRESENTATIVE, Represents.EQUALITY)],
    "communication": [("comms", Role.REPRESENTATIVE, Represents.COMMS)],
}

TERMS = """\
## What we are for

{purpose}

## How we work

- Each meeting has a co-lead with lived experience and a co-lead from staff in the chair, in turn.
- Everybody may propose an item for the agenda. The co-leads put the items in order together.
- We ask beforehand what support people need, and we arrange it.
- We use plain words. Somebody who does not follow may stop us at any time.

## How we decide

We look for agreement first. A decision counts when enough members are there: in all, with lived
experience, and from staff. Otherwise it waits for a meeting where they are.

{mark}
"""


def load(world):
    """The seven groups of the programme, appointed one by one as the programme office does it.

    The large programme has nearly two hundred more. Leaves ``world.groups``, by slug.
    """
    world.groups = {}
    elsewhere = [user for user in world.people if not _signs_in(world, user)]
    for number, details in enumerate(GROUPS):
        world.goto(world.ago(730 - number * 14))
        world.groups[details[0]] = _group(world, *details, elsewhere)
    _what_needs_care(world)
    if world.large:
        _many_more(world, elsewhere)


def _signs_in(world, user):
    """The twelve who sign in come first among the people, and sit only where SEATS says."""
    return user.pk <= world.person["admin"].pk


def _group(world, slug, name, kind, purpose, elsewhere):
    group = WorkingGroup.objects.create(
        slug=slug, name=name, kind=kind, purpose=f"{purpose} {MARK}"
    )
    TermsOfReference.objects.create(
        group=group,
        version=1,
        state=TermsOfReference.State.ADOPTED,
        in_force_from=world.now.date(),
        text=TERMS.format(purpose=purpose, mark=MARK),
        quorum_members=4,
        quorum_lived_experience=2,
        quorum_staff=2,
        notice_days=7,
        # One group has terms from before they said it.
        peer_workers="" if slug == "communication" else PeerWorkers.LIVED_EXPERIENCE,
    )
    taken = set()
    for person, role, represents in SEATS[slug]:
        user = world.person[person]
        taken.add((role, user.constituency))
        group.appoint(user, role, by=world.office, represents=represents)
    for side in (Constituency.LIVED_EXPERIENCE, Constituency.STAFF):
        if (Role.CO_LEAD, side) not in taken:
            group.appoint(_take(elsewhere, side), Role.CO_LEAD, by=world.office)
    if slug != "steering-group":
        group.appoint(_take(elsewhere, Constituency.STAFF), Role.SECRETARY, by=world.office)
    for side, count in ((Constituency.LIVED_EXPERIENCE, 3), (Constituency.STAFF, 2)):
        for _ in range(count + (2 if kind == KIND.NETWORK else 0)):
            group.appoint(_take(elsewhere, side), Role.MEMBER, by=world.office)
    if kind == KIND.STEERING:
        group.appoint(_take(elsewhere, Constituency.PARTNER), Role.OBSERVER, by=world.office)
    group.move("activate", by=world.office)
    return group


def _take(people, side):
    """The next person of one side; they then sit elsewhere last, so that seats are spread."""
    user = next(user for user in people if user.constituency == side)
    people.remove(user)
    people.append(user)
    return user


def _what_needs_care(world):
    """One co-lead's seat has fallen empty, and one term is about to end."""
    lived = world.groups["communication"].memberships.get(
        role=Role.CO_LEAD, user__constituency=Constituency.LIVED_EXPERIENCE
    )
    world.goto(world.ago(20))
    lived.end(by=world.office, reason="Has taken up a post with another trust.")
    staff = world.groups["career-pathways"].memberships.get(
        role=Role.CO_LEAD, user__constituency=Constituency.STAFF
    )
    staff.ends = world.ago(-24)
    staff.save(update_fields=["ends"])


# --- the large programme ------------------------------------------------------------------------
THEMES = (
    "Supervision",
    "Recruitment",
    "Induction",
    "Wellbeing",
    "Safeguarding",
    "Easy read",
    "Interviewing",
    "Mentoring",
    "Carers",
    "Inpatient",
    "Community",
    "Crisis",
    "Older adults",
    "Young adults",
    "Forensic",
    "Perinatal",
    "Learning",
    "Volunteering",
    "Evaluation",
    "Supporters",
)
PLACES = (
    "Bromley",
    "Bexley",
    "Greenwich",
    "Woolwich",
    "Orpington",
    "Erith",
    "Eltham",
    "Sidcup",
    "Beckenham",
    "Plumstead",
)


def _many_more(world, elsewhere):
    """Task groups by theme and place, each with both co-leads, a secretary and 22 members."""
    wanted = LARGE_GROUPS - len(GROUPS)
    names = [f"{theme} in {place}" for place in PLACES for theme in THEMES]
    begun = world.goto(world.ago(720))
    WorkingGroup.objects.bulk_create(
        WorkingGroup(
            slug=name.lower().replace(" ", "-"),
            name=name,
            kind=KIND.TASK,
            state="active",
            purpose=f"To improve {name.lower()} together. {MARK}",
        )
        for name in names[:wanted]
    )
    groups = list(WorkingGroup.objects.exclude(pk__in=[one.pk for one in world.groups.values()]))
    TermsOfReference.objects.bulk_create(
        TermsOfReference(
            group=group,
            version=1,
            state=TermsOfReference.State.ADOPTED,
            in_force_from=begun.date(),
            text=TERMS.format(purpose=group.purpose, mark=MARK),
            quorum_members=4,
            quorum_lived_experience=2,
            quorum_staff=2,
            notice_days=7,
            peer_workers=PeerWorkers.LIVED_EXPERIENCE,
        )
        for group in groups
    )
    by_side = {
        side: [user for user in elsewhere if user.constituency == side] for side in Constituency
    }
    memberships = [
        Membership(group=group, user=user, role=role, starts=begun.date())
        for group in groups
        for user, role in _seats(world, by_side)
    ]
    Membership.objects.bulk_create(memberships, batch_size=500)
    _grant(memberships)
    world.groups |= {group.slug: group for group in groups}


def _seats(world, by_side):
    """Twenty-five people of one group with their roles, nobody twice."""
    lived = world.rng.sample(by_side[Constituency.LIVED_EXPERIENCE], 12)
    staff = world.rng.sample(by_side[Constituency.STAFF], 12)
    observer = world.rng.choice(by_side[Constituency.PARTNER])
    roles = [Role.CO_LEAD, *[Role.MEMBER] * 11]
    yield from zip(lived, roles, strict=True)
    yield from zip(staff, [Role.CO_LEAD, Role.SECRETARY, *[Role.MEMBER] * 10], strict=True)
    yield observer, Role.OBSERVER


def _grant(memberships):
    """In bulk what sync_grants gives one by one; a test compares the two."""
    kind = ContentType.objects.get_for_model(WorkingGroup)
    permissions = dict(Permission.objects.filter(content_type=kind).values_list("codename", "pk"))
    WorkingGroupUserPermission.objects.bulk_create(
        (
            WorkingGroupUserPermission(
                user_id=one.user_id, content_object_id=one.group_id, permission_id=permissions[name]
            )
            for one in memberships
            for name in sorted(grants_of(one.role))
        ),
        batch_size=1000,
    )


# --- for the demonstration of higher apps ---------------------------------------------------------
def lead_of(group, side):
    return group.people().get(role=Role.CO_LEAD, user__constituency=side).user


def members_of(network, side):
    """The network's ordinary members of one side, in the order in which they joined."""
    found = network.memberships.current().filter(role=Role.MEMBER, user__constituency=side)
    return [one.user for one in found.select_related("user").order_by("pk")]
