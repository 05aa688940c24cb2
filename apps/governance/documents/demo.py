"""Documents in the demonstration: one for every way in which they can stand."""

from datetime import timedelta

from apps.core import clock
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.meetings.demo import decide_on, put_on_agenda
from apps.meetings.models.about import COUNTS
from apps.meetings.models.outcome import Decision
from apps.notifications.silence import silence

from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat

LARGE = 1000

# (what it is called, type, whose, who may read it, summary, text)
TEXTS = {
    "paying": (
        "Paying people for their time",
        "policy",
        "steering-group",
        "public",
        "If you give us your time, we pay you for it. This says for what, how much, and how soon.",
        "## What we pay for\n\n- Meetings, and the time to prepare for them\n- Interview panels\n"
        "- Training that you give\n- Fares, and care for somebody while you are with us\n\n"
        "## How soon\n\nWithin thirty days of your claim. If you cannot wait, we pay fares on the "
        "day.\n\n## Benefits\n\nPayment can change your benefits. Talk to us before you claim, and "
        "we will find somebody who knows.",
    ),
    "seats": (
        "How seats are offered",
        "procedure",
        "peers-and-sponsors",
        "programme",
        "How people from the network come to sit in a task group, and what happens if two want "
        "the same seat.",
        "## Who is asked\n\nEverybody in the network is told of a free seat.\n\n## Who goes first"
        "\n\nPeople who have not had a seat before.\n\n## If two people want it\n\nThe network "
        "talks about it and chooses. Whoever is not chosen hears why.",
    ),
    "publishing": (
        "What we publish, and whose story it is",
        "policy",
        "communication",
        "public",
        "Everything that we publish can be read by everybody, and a story belongs to the person "
        "who lived it.",
        "## Formats\n\nEverything has an easy-read version within a month.\n\n## Pictures\n\nWe "
        "ask everybody in a picture before we use it.",
    ),
    "supervision": (
        "Supervision of peer workers",
        "procedure",
        "piloting",
        "programme",
        "Every peer worker has two people to turn to: one in the team and one who is a peer.",
        "## Before the first day\n\nBoth supervisors are named, and have met the new colleague."
        "\n\n## How often\n\nOnce a week in the first three months, then every other week.\n\n"
        "## What is said\n\nIt stays between the two, unless somebody may come to harm.",
    ),
    "safety": (
        "Working safely in the community",
        "policy",
        "piloting",
        "public",
        "How peer workers who visit people at home stay safe, and who knows where they are.",
        "## Before a visit\n\nSay in the shared diary where you go and when you will be back.\n\n"
        "## On the visit\n\nLeave whenever you do not feel safe. Nobody asks you to explain."
        "\n\n## Afterwards\n\nCall the team. If you do not within an hour, the team calls you.",
    ),
    "noticeboard": (
        "Being kind on the noticeboard",
        "guide",
        "peers-and-sponsors",
        "programme",
        "A few words on how we write to one another.",
        "Write as you would speak to somebody in the room.",
    ),
    "teams": (
        "Preparing a team",
        "guide",
        "training",
        "programme",
        "What a team talks about in the half day before a peer worker joins it.",
        "## What peers bring\n\nStart there.\n\n## Questions\n\nNo question is too small.",
    ),
    "name": (
        "What we call the post",
        "guide",
        "role-design",
        "public",
        "The post is called Peer Support Worker, everywhere.",
        "Use the whole name in adverts, on badges and in the team.",
    ),
    "adverts": (
        "How we advertise posts",
        "guide",
        "role-design",
        "public",
        "What every advert says, what the post is called, and which hours it offers.",
        "## The name\n\nPeer Support Worker.\n\n## Hours\n\nA choice of hours, in every advert.\n\n"
        "## First line\n\nThat lived experience is what we look for.",
    ),
}
STORIES = "\n\n## Stories\n\nA story is used only after its owner has seen the page it stands on."


# The policy on paying after people were asked: see the analysis of "How we pay for your time".
PAYING_ANSWERED = (
    "## What we pay for\n\n- Meetings, and the time to prepare for them\n- Interview panels\n"
    "- Training that you give\n- Fares, and care for somebody while you are with us\n\n"
    "## Before you come\n\nEvery invitation says what is paid, and by when. The rates stand on our "
    "pages.\n\n## How soon\n\nWe pay fares on the day. The rest comes within thirty days of your "
    "claim, as the trust's payroll runs once a month.\n\n## Benefits\n\nPayment can change your "
    "benefits. Talk to us before you claim, and we will find somebody who knows."
)


def load(world):
    """Documents in force, coming, being written, asked about, superseded and withdrawn."""
    world.documents = {}
    with silence():
        _paying(world)
        _seats(world)
        _publishing(world)
        _approved(world, "supervision", starts=world.ago(-21))
        _safety(world)
        noticeboard = _begun(world, "noticeboard", 12)
        _withdrawn(world)
        _replaced(world)
        world.goto(world.today)
        by = _lead(noticeboard.owner)
        put_on_agenda(noticeboard.owner, noticeboard.latest, by, "How we write to one another")
    if world.large:
        load_large(world)


def _lead(group):
    return group.people().filter(role=Role.CO_LEAD, ended_at=None).first().user


def _begun(world, name, days_ago):
    title, kind, slug, visibility, summary, body = TEXTS[name]
    group = world.groups[slug]
    world.goto(world.ago(days_ago), 11)
    document = Document.begin(group, by=_lead(group), title=title, kind=kind, visibility=visibility)
    document.latest.write(by=_lead(group), seen=1, summary=summary, body=body)
    world.documents[name] = document
    return document


def _decided(world, document, group, days_ago):
    """A meeting of the group decided on the newest version, and its other co-lead confirmed."""
    return decide_on(
        world,
        group,
        document.latest,
        day=world.ago(days_ago),
        title=f"Deciding on “{document.title}”",
        text=f"“{document.title}” holds as it is written, version {document.latest.number}.",
    )


def _approved(world, name, *, by=None, days_ago=370, starts=None, review_in=500):
    """Decided on at a meeting so many days ago, of its group or of another, and recorded."""
    document = world.documents.get(name) or _begun(world, name, 400)
    decision = _decided(world, document, by or document.owner, days_ago)
    starts = starts or clock.today()
    review_on = max(world.ago(-review_in), starts + timedelta(days=30))
    document.latest.approve(
        decision, by=_lead(document.owner), in_force_from=starts, review_on=review_on
    )
    document.refresh_from_db()
    return document


def _paying(world):
    """In force, changed after people were asked how it went; to be looked at again within the
    month; one format there and one asked for.
    """
    document = _approved(world, "paying", review_in=24)
    by = _lead(document.owner)
    world.goto(world.ago(85), 10)
    draft = document.next_version(by=by)
    draft.write(by=by, seen=1, body=PAYING_ANSWERED)
    _approved(world, "paying", days_ago=75, review_in=24)
    version = document.latest
    world.goto(world.ago(40), 10)
    made = DocumentFormat.ask(version, by=world.person["peer"], kind="large_print", detail="24 pt")
    world.goto(world.ago(30), 10)
    made.deliver(by=by, where="From the programme office, by post: 020 0000 0000")
    world.goto(world.ago(6), 10)
    asked = DocumentFormat.ask(
        version, by=world.person["peer"], kind="translation", detail="Polish"
    )
    world.goto(world.ago(4), 10)
    asked.move("start", by=by)
    world.goto(world.ago(2), 10)
    DocumentFormat.ask(version, by=world.person["peer"], kind="audio")


def _seats(world):
    """In force; the next version was decided on, which nobody has recorded yet."""
    document = _approved(world, "seats")
    by = _lead(document.owner)
    world.goto(world.ago(40), 14)
    draft = document.next_version(by=by)
    draft.write(
        by=by,
        seen=1,
        body=draft.body.replace(
            "Everybody in the network is told of a free seat.",
            "Everybody in the network is told of a free seat, and has two weeks to come forward.",
        ),
    )
    _decided(world, document, document.owner, 6)


def _publishing(world):
    """Two versions, by two decisions of the steering group: the first is superseded."""
    document = _begun(world, "publishing", 600)
    steering = world.groups["steering-group"]  # the other seat of a co-lead there is empty
    _approved(world, "publishing", by=steering, days_ago=560, review_in=300)
    by = _lead(document.owner)
    world.goto(world.ago(260), 12)
    document.next_version(by=by)
    draft = document.latest
    draft.write(by=by, seen=1, body=draft.body + STORIES)
    _approved(world, "publishing", by=steering, days_ago=200, review_in=300)


def _safety(world):
    """People are asked about it now."""
    document = _begun(world, "safety", 30)
    document.latest.follow("consult", by=_lead(document.owner))


def _withdrawn(world):
    document = _approved(world, "teams")
    world.goto(world.ago(20), 9)
    for lead in document.owner.leads():
        document.latest.move(
            "end", by=lead, note="The new training covers it, and in better words."
        )


def _replaced(world):
    """One guide took the place of another."""
    older = _approved(world, "name")
    newer = _begun(world, "adverts", 390)
    newer.replace(older, by=_lead(newer.owner))
    _approved(world, "adverts", days_ago=340)


# --- large --------------------------------------------------------------------------------------
def load_large(world):
    """A thousand more, most in force, by decisions of the groups that own them."""
    decisions = dict(
        Decision.objects.filter(state__in=COUNTS, about_id=None)
        .order_by("pk")
        .values_list("meeting__group", "pk")
    )
    days = dict(
        Decision.objects.filter(pk__in=decisions.values()).values_list("pk", "meeting__starts_at")
    )
    groups = list(WorkingGroup.objects.filter(pk__in=decisions).order_by("pk"))
    kinds, readers = Document.Kind.values, Document.Visibility.values
    leads = {group.pk: _lead(group) for group in groups}
    documents = Document.objects.bulk_create(
        Document(
            title=f"Document {number}",
            kind=kinds[number % len(kinds)],
            owner=groups[number % len(groups)],
            visibility=readers[number % len(readers)],
            review_on=world.ago(-30 - number % 600),
            created_by=leads[groups[number % len(groups)].pk],
        )
        for number in range(1, LARGE + 1)
    )
    DocumentVersion.objects.bulk_create(
        _version(document, decisions, days) for document in documents
    )


def _version(document, decisions, days):
    pk = decisions[document.owner_id]
    day = clock.date_of(days[pk])
    return DocumentVersion(
        document=document,
        number=1,
        state=DocumentVersion.State.APPROVED,
        decision_id=pk,
        summary=f"What {document.title.lower()} is about, in plain words.",
        body="## What we do\n\nWe say here what we do, and why.",
        written_at=days[pk],
        reworded_at=days[pk],
        frozen_at=days[pk],
        approved_at=days[pk],
        in_force_from=day,
    )
