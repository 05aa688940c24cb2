"""Things to test with, made as the site makes them, so that grants are real."""

import datetime
import io
import time
from decimal import Decimal

import factory
from allauth.account.internal.flows import login
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from apps.accounts.models.people import LIMITS, Constituency, User
from apps.accounts.payable_time import Work
from apps.accounts.roles import OFFICE, sync_programme_roles
from apps.conversations.models.booking import Booking
from apps.conversations.models.conversation import Conversation, Session
from apps.governance.consultations.models.consultation import Consultation, Question
from apps.governance.interests.models import Declaration
from apps.groups.models import TermsOfReference, WorkingGroup
from apps.groups.roles import Role
from apps.meetings.decided import outcomes_of
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Action, Decision
from apps.network.pairs.models import Pair
from apps.network.practice.models import Practice
from apps.network.seats.models import Nomination, SeatRequest
from apps.payments.models import Expense, InvolvementClaim, Rate
from apps.steering.models.review import Review
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.stage import Stage
from apps.taskgroups.models.suggestion import Suggestion


def pdf(*more, information=b"", catalog=b"", trailer=b""):
    """A PDF of one empty page, with so many things more: ``b"<</Type/Metadata>>"``, from 4 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>"
    things = [b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    whole, places = b"%PDF-1.7\n", []
    for number, thing in enumerate([*things, page, *more], 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    if information:
        trailer += b"/Info<<%s>>" % information
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (size, table)
    end = b"<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(whole))
    return whole + head + end


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    full_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@test.example")
    constituency = Constituency.LIVED_EXPERIENCE
    password = factory.LazyFunction(lambda: make_password(None))
    limits_read = LIMITS


class StaffFactory(UserFactory):
    constituency = Constituency.STAFF


def programme_user(role, *, second_factor=True, **fields):
    """Somebody with a programme-wide role, who has set up the second factor that it may need."""
    if not Group.objects.filter(name=role).exists():
        sync_programme_roles()
    user = StaffFactory(**fields)
    user.groups.add(Group.objects.get(name=role))
    return with_second_factor(user) if second_factor else user


def just_shown(client):
    """Whoever is signed in here has shown a moment ago who they are; the client."""
    if settings.SESSION_COOKIE_NAME in client.cookies:  # asking for a session makes one
        session = client.session
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": time.time()}]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
        session.save()
    return client


def with_second_factor(user):
    """The person has set up an authenticator app, as some parts ask for."""
    if not user.authenticator_set.exists():
        TOTP.activate(user, generate_totp_secret())
    return user


class WorkingGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkingGroup

    name = factory.Sequence(lambda n: f"Group {n}")
    slug = factory.Sequence(lambda n: f"group-{n}")
    kind = WorkingGroup.Kind.TASK
    purpose = "To try things out."
    state = WorkingGroup.State.ACTIVE


def terms(group, **fields):
    """Terms of reference in force, with a quorum of three: one lived experience, one staff."""
    defaults = {
        "version": group.terms_of_reference.count() + 1,
        "state": TermsOfReference.State.ADOPTED,
        "text": "We decide together.",
        "quorum_members": 3,
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "notice_days": 7,
        "in_force_from": timezone.localdate() - timezone.timedelta(days=365),
    }
    return TermsOfReference.objects.create(group=group, **defaults | fields)


def appoint(group, user, role=Role.MEMBER, **fields):
    """Give somebody a role, as the programme office does. They have declared their interests."""
    office = User.objects.filter(groups__name=OFFICE).first() or programme_user(OFFICE)
    today = timezone.localdate()
    fields.setdefault("starts", today - timezone.timedelta(days=300))
    past = {
        name: fields.pop(name) for name in ("starts", "ends") if (fields.get(name) or today) < today
    }
    Declaration.objects.get_or_create(user=user, defaults={"at": timezone.now(), "interests": 0})
    membership = group.appoint(user, role, by=office, **fields)
    if past:  # the site gives no term in the past
        type(membership).objects.filter(pk=membership.pk).update(**past)
        membership.refresh_from_db(fields=past)
    return membership


def working_group(*, leads=True, **fields):
    """An active group with terms and both co-leads."""
    group = WorkingGroupFactory(**fields)
    terms(group)
    if leads:
        appoint(group, UserFactory(), Role.CO_LEAD)
        appoint(group, StaffFactory(), Role.CO_LEAD)
    return group


# --- meetings -----------------------------------------------------------------------------------
def meeting(group, **fields):
    """A draft meeting in two weeks, planned by a co-lead."""
    lead = fields.pop("by", None) or group.people().filter(role=Role.CO_LEAD).first().user
    starts_at = fields.pop("starts_at", timezone.now() + timezone.timedelta(days=14))
    defaults = {
        "title": "Monthly meeting",
        "starts_at": starts_at,
        "ends_at": starts_at + timezone.timedelta(hours=2),
        "place": "Room 1, Pinewood House",
        "support_organiser": lead,
        "created_by": lead,
    }
    return Meeting.objects.create(group=group, **defaults | fields)


def published(group, **fields):
    """A meeting that everyone invited has been told of."""
    made = meeting(group, **fields)
    made.move("publish", by=made.created_by)
    return made


def begun(group, *, days_ago=1, **fields):
    """A published meeting whose time has come: announced in time, then moved into the past."""
    return begins(published(group, **fields), days_ago=days_ago)


def begins(made, *, days_ago=0):
    """The time of a published meeting comes, with all that is on its agenda."""
    starts_at = timezone.now() - timezone.timedelta(days=days_ago)
    Meeting.objects.filter(pk=made.pk).update(
        starts_at=starts_at, ends_at=starts_at + timezone.timedelta(hours=2)
    )
    made.refresh_from_db()
    return made


def held(group, present=None, **fields):
    """A held meeting; everyone invited came unless told otherwise."""
    return attended(begun(group, **fields), present)


def attended(made, present=None):
    """Who came to a meeting that has begun is recorded: everyone, unless told otherwise."""
    people = made.invited() if present is None else present
    made.record_attendance([user.pk for user in people], by=made.created_by)
    return made


def on_agenda(meeting, thing, **fields):
    """The item by which a meeting decides on a thing: as it was put there before it began."""
    defaults = {"title": f"Deciding on {thing}"[:150], "kind": AgendaItem.Kind.DECISION}
    return AgendaItem.objects.create(
        meeting=meeting,
        about=thing,
        proposed_by=meeting.created_by,
        state=AgendaItem.State.ACCEPTED,
        **defaults | fields,
    )


def decision(meeting, *, about=None, confirmed=True, **fields):
    """A decision by consensus of a held meeting.

    ``about`` what its agenda item named. The other co-lead confirms it, where it had its quorum.
    """
    defaults = {"agreed": True, "method": Decision.Method.CONSENSUS, "text": "We go ahead."}
    if about is not None:
        defaults["item"] = on_agenda(meeting, about)
        defaults["outcome"] = "accept" if outcomes_of(about) else ""
    made = Decision.record(meeting, by=meeting.created_by, **defaults | fields)
    if confirmed and made.open_to("confirm"):
        confirm(made)
    return made


def second_lead(group, first):
    """The other co-lead."""
    return next(one for one in group.leads() if one != first)


def confirm(decision):
    """A co-lead of another side than whoever recorded it stands by it."""
    first = decision.recorded_by
    leads = decision.meeting.group.leads()
    decision.confirm(by=next(one for one in leads if one.constituency != first.constituency))


def settled(decision, later, outcome="ratify", note=""):
    """Both co-leads say what a later meeting made of a provisional decision."""
    for lead in decision.meeting.group.leads():
        decision.settle(outcome, later, by=lead, note=note)
    return decision


def approved(minutes, later):
    """Both co-leads say that a later meeting approved these minutes."""
    for lead in minutes.meeting.group.leads():
        minutes.settle("approve", later, by=lead)
    return minutes


def action(meeting, owner, **fields):
    """An action given at a meeting."""
    defaults = {"text": "Book the room", "due": timezone.localdate() + timezone.timedelta(days=7)}
    return Action.objects.create(
        group=meeting.group,
        meeting=meeting,
        owner=owner,
        created_by=meeting.created_by,
        **defaults | fields,
    )


# --- outputs ------------------------------------------------------------------------------------
TEXTS = {
    "summary": "A short guide to the first week in post.",
    "body": "# The first week\n\nSomebody meets you at the door.\n\nYou have a mentor.",
}


def stage(**fields):
    """A stage of the programme that runs now."""
    today = timezone.localdate()
    number = Stage.objects.count() + 1
    defaults = {
        "name": f"Stage {number}",
        "order": number,
        "aim": "To find out what works.",
        "starts": today - timezone.timedelta(days=30),
        "ends": today + timezone.timedelta(days=60),
    }
    return Stage.objects.create(**defaults | fields)


def leads(group):
    """The co-leads of a group: (lived experience, staff)."""
    people = {one.user.constituency: one.user for one in group.people().filter(role=Role.CO_LEAD)}
    return people[Constituency.LIVED_EXPERIENCE], people[Constituency.STAFF]


def output(group, *, write=True, **fields):
    """A draft output of a group, begun by its lived-experience co-lead, with words in it."""
    by = fields.pop("by", None) or leads(group)[0]
    texts = {name: fields.pop(name) for name in ("summary", "body", "easy_read") if name in fields}
    made = Output.begin(group, by=by, **{"title": "The first week", "kind": "guide"} | fields)
    if write:
        made.write(by=by, seen=1, **TEXTS | texts)
    return made


def suggestion(output, by, **fields):
    """A suggestion on a draft; ``paper={"constituency": …}`` where ``by`` types it for someone."""
    return Suggestion.make(output, by=by, **{"text": "Say who the mentor is."} | fields)


def taken_up(suggestion, by, outcome="take_up", reason="Yes.", **texts):
    """A suggestion answered by words that changed: a line of its own, or these texts."""
    output = Output.objects.get(pk=suggestion.output_id)
    version = output.latest
    texts = texts or {"body": f"{version.body}\n\nA line because of suggestion {suggestion.pk}."}
    output.write(by=by, seen=version.revision, **texts)
    changes = suggestion.changes()
    newest = [one.key for one in changes if one.revision == changes[0].revision]
    suggestion.reply(outcome, reason, by=by, changes=newest)
    return suggestion


def submitted(output):
    """The output with both signatures on it."""
    for lead in leads(output.group):
        output.sign(by=lead)
    return output


def steering_group(**fields):
    """The steering group, with both co-leads, and its lived-experience co-lead."""
    group = working_group(kind=WorkingGroup.Kind.STEERING, **fields)
    return group, leads(group)[0]


def in_review(output, by):
    """A submitted output that the steering co-lead ``by`` has begun to review."""
    submitted(output).move("begin_review", by=by)
    return output


def changes_requested(output, by, items=("Name the mentor.",)):
    """Sent back by the steering co-lead with a list of what to change."""
    in_review(output, by).request_changes(items, by=by)
    return output


def accepted(output, by):
    in_review(output, by).move("accept", by=by)
    return output


# --- involvement: rates and claims ----------------------------------------------------------------
def rates(**amounts):
    """A rate by the hour for every kind of work, in force for years; £12 unless told otherwise."""
    office = User.objects.filter(groups__name=OFFICE).first() or programme_user(OFFICE)
    return [
        Rate.objects.create(
            kind=kind,
            amount=amounts.get(kind, "12.00"),
            set_by=office,
            state=Rate.State.SET,
            effective_from=timezone.localdate() - timezone.timedelta(days=2000),
        )
        for kind in Work.values
    ]


def claim(user, *, to="draft", by=None, **expense):
    """A claim with one expense, moved as far as ``to``."""
    made = InvolvementClaim.begin(user)
    defaults = {
        "kind": Expense.Kind.TRAVEL,
        "what": "Bus",
        "amount": Decimal("3.50"),
        "on": timezone.localdate() - timezone.timedelta(days=1),
    }
    made.add_expense(by=user, **defaults | expense)
    office = by or User.objects.filter(groups__name=OFFICE).first() or programme_user(OFFICE)
    steps = {
        "draft": [],
        "submitted": ["submit"],
        "returned": ["submit", "send_back"],
        "approved": ["submit", "approve"],
        "paid": ["submit", "approve", "pay"],
    }
    for step in steps[to]:
        made.move(step, by=user if step == "submit" else office, note="Because.")
    return made


# --- seats ----------------------------------------------------------------------------------------
def lead_of(group, side=Constituency.STAFF):
    return group.people().get(role=Role.CO_LEAD, user__constituency=side).user


def seats_asked(group, network, *, by=None, **fields):
    """A task group asks the network for a seat, for a year from today."""
    today = timezone.localdate()
    defaults = {
        "seats": 1,
        "purpose": "To speak for us.",
        "by_when": today + timezone.timedelta(days=14),
        "starts": today,
        "ends": today + timezone.timedelta(days=365),
    }
    return SeatRequest.ask(group, network, by=by or lead_of(group), **defaults | fields)


def nomination(asked, user, *, to="forward", by=None):
    """Somebody of the network put forward, and taken as far as ``to``."""
    made = Nomination.offer(asked, user, by=user, statement="I would like to.")
    if to in ("accepted", "seated"):
        made.move("accept", by=by or lead_of(asked.network))
    if to == "seated":
        made.move("seat", by=lead_of(asked.group))
    return made


# --- the network ----------------------------------------------------------------------------------
def network(**fields):
    """The Peers and Sponsors Network with both co-leads."""
    return working_group(kind=WorkingGroup.Kind.NETWORK, **fields)


def sponsor_and_peer(group):
    """A member of staff and a peer, both in the network."""
    people = StaffFactory(), UserFactory()
    for person in people:
        appoint(group, person)
    return people


def pair(group, peer=None, sponsor=None, *, accepted=True, **fields):
    """A pair that the peer suggested and the sponsor accepted."""
    if peer is None:
        peer = UserFactory()
        appoint(group, peer)
    if sponsor is None:
        sponsor = StaffFactory()
        appoint(group, sponsor)
    defaults = {"about": "The Wednesday walk", "every": "28"}
    made = Pair.propose(group, by=peer, partner=sponsor, **defaults | fields)
    if accepted:
        made.move("accept", by=sponsor)
    return made


def practice(group, owner=None, *, state="draft", **fields):
    """An entry of the practice register, brought to a state as its people do it."""
    if owner is None:
        owner = UserFactory()
        appoint(group, owner)
    defaults = {
        "title": "Wednesday walk",
        "kind": Practice.Kind.INFORMAL,
        "borough": "bexley",
        "what_happens": "We walk together.",
    }
    made = Practice.objects.create(network=group, owner=owner, **defaults | fields)
    lead = group.people().filter(role=Role.CO_LEAD).first().user
    steps = {"submitted": 1, "published": 2, "archived": 3}.get(state, 0)
    for step, (name, by) in enumerate([("submit", owner), ("publish", lead), ("archive", lead)]):
        if step < steps:
            made.move(name, by=by, note="Because." if name == "archive" else "")
    return made


# --- Conversations --------------------------------------------------------------------------------
def conversation(network, *, to="published", **fields):
    """A Conversation in three weeks, taken as far as ``to``; its two co-leads lead a session."""
    peer, staff = (
        lead_of(network, side) for side in (Constituency.LIVED_EXPERIENCE, Constituency.STAFF)
    )
    starts_at = timezone.now() + timezone.timedelta(days=21)
    defaults = {
        "title": "Peer Support Conversation",
        "summary": "What helps?",
        "starts_at": starts_at,
        "ends_at": starts_at + timezone.timedelta(hours=3),
        "place": "The Hub, Bromley",
        "places": 2,
        "organiser": peer,
        "created_by": peer,
    }
    made = Conversation.objects.create(network=network, **defaults | fields)
    Session.objects.create(
        conversation=made, at=datetime.time(14), title="What helps", peer=peer, staff=staff
    )
    if to != "draft":
        made.move("publish", by=peer)
    return made


def conversation_over(network, *guests, to="held", **fields):
    """A Conversation of a week ago to which these people came, taken as far as ``to``."""
    made = conversation(network, places=50, **fields)
    bookings = [Booking.book(made, guest) for guest in guests]
    ago = timezone.now() - timezone.timedelta(days=7)
    Conversation.objects.filter(pk=made.pk).update(
        starts_at=ago, ends_at=ago + timezone.timedelta(hours=3)
    )
    made.refresh_from_db()
    if to != "begun":
        made.sign_in([booking.pk for booking in bookings], by=made.created_by)
    if to == "written_up":
        made.save_revision(made.revision, write_up="## What was said\n\nA lot.")
        made.move("write_up", by=made.created_by)
    return made


def picture(colour="red", size=(40, 30), **options):
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", **options)
    return SimpleUploadedFile("picture.jpg", out.getvalue())


# --- steering: reviews --------------------------------------------------------------------------
def steering(**fields):
    """A steering group with both co-leads, a quorum of two, and two more members, one a side."""
    group = working_group(kind=WorkingGroup.Kind.STEERING, **fields)
    lived, staff = UserFactory(), StaffFactory()
    for person in (lived, staff):
        appoint(group, person, Role.MEMBER)
    return group, lived, staff


def review(output, by, *reviewers, **fields):
    """The open review of a submitted output, with reviewers asked."""
    made = Review.begin(output, by=by, **fields)
    if reviewers:
        made.ask(reviewers, by=by)
    return made


def recommended(review, person, verdict="accept", text="It is clear."):
    """One reviewer declares, writes and sends; the assignment."""
    assignment = review.assignments.get(reviewer=person)
    assignment.move("declare", by=person)
    assignment.write(by=person, verdict=verdict, text=text)
    assignment.move("send", by=person)
    return assignment


# --- consultations --------------------------------------------------------------------------------
def consultation(group, *, to="open", questions=None, people=(), groups=(), **fields):
    """A consultation of a group with one question of each kind, taken as far as ``to``.

    ``to``: draft, open, or closed (by the clock alone: its time is past and nothing else happened).
    """
    lead = fields.pop("by", None) or leads(group)[0]
    defaults = {
        "title": "How we meet new colleagues",
        "summary": "We want to know what helps.",
        "audience": Consultation.Audience.PUBLIC,
        "created_by": lead,
        "closes_at": timezone.now() + timezone.timedelta(days=20),
    }
    made = Consultation.objects.create(group=group, **defaults | fields)
    made.people.set(people)
    made.groups.set(groups)
    for kind in Question.Kind.values if questions is None else questions:
        options = ["Walks", "Talks", "Tea"] if kind in Question.WITH_OPTIONS else []
        made.questions.create(kind=kind, text=f"What about {kind}?", options=options)
    if to != "draft":
        made.move("open", by=lead)
    if to == "closed":
        end_consultation(made)
    return made


def end_consultation(made, *, days_ago=1):
    """Put the whole of it into the past. The stored state stays as it is: the clock decides."""
    now = timezone.now()
    Consultation.objects.filter(pk=made.pk).update(
        opens_at=now - timezone.timedelta(days=20 + days_ago),
        closes_at=now - timezone.timedelta(days=days_ago),
    )
    made.refresh_from_db()
