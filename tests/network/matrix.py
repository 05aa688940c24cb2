import time

from django.core import signing
from django.utils import timezone

from apps.core.forms import PublicForm
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.network.board.models import Post, PostReport
from apps.network.joining.models import Interest
from apps.network.pairs.models import CheckIn, HelpContact, HelpRequest, Pair
from apps.network.practice.models import Practice, PracticeName
from tests import factories as make

from ..factories import StaffFactory, appoint, working_group
from ..matrix import Row
from . import matrix_involvement as involvement

# In the network each of the matrix's people has the role that they have in the task group; its
# other co-lead is ``world.network_lead``, staff. The member and the secretary are a pair; the
# programme office has named "hr" to help pairs.
ROLES = {
    "observer": Role.OBSERVER,
    "member": Role.MEMBER,
    "secretary": Role.SECRETARY,
    "colead": Role.CO_LEAD,
}
SECRET = "Only we two may read this: heron."  # what the pair wrote


def populate(world):
    world.network = working_group(
        leads=False,
        name="Peers and Sponsors Network",
        slug="peers-and-sponsors",
        kind=WorkingGroup.Kind.NETWORK,
    )
    for actor, role in ROLES.items():
        appoint(world.network, world.actors[actor], role)
    world.network_lead = StaffFactory()
    appoint(world.network, world.network_lead, Role.CO_LEAD)
    involvement.populate(world)
    world.interest = Interest.receive(
        full_name="Robin Vale", email="robin@test.example", wish=Interest.Wish.PEER
    )
    _pairs(world)
    _practice(world)
    _board(world)


def _pairs(world):
    network, actors = world.network, world.actors
    member, secretary, office = actors["member"], actors["secretary"], actors["office"]
    world.pair = make.pair(network, member, secretary)
    world.proposed = make.pair(network, actors["colead"], secretary, accepted=False)
    world.paused = make.pair(network, member, world.network_lead)
    world.paused.move("pause", by=member)
    leaver = StaffFactory()
    appoint(network, leaver)
    world.lost = Pair.propose(
        network, by=leaver, partner=actors["observer"], about="The garden", every=""
    )
    world.lost.move("accept", by=actors["observer"])
    leaver.close(by=office, reason="Left the trust.")
    world.check_in = CheckIn.write(
        world.pair, by=member, on=timezone.localdate(), how=SECRET, helps=SECRET
    )
    world.secrets[SECRET] = {"member", "secretary"}
    HelpContact.name(actors["hr"], by=office)
    world.help = HelpRequest.ask(world.pair, by=member, note="Please call us.")


def _practice(world):
    network, actors = world.network, world.actors
    member = actors["member"]
    world.practice = make.practice(network, member, state="published")
    world.practice.edit_public(
        world.practice.revision,
        by=make.programme_user("Communications"),
        show=True,
        public_title="Walking",
        public_text="We walk.",
        public_join="Come along.",
    )
    world.draft_practice = make.practice(network, member, title="Garden")
    world.ready_practice = make.practice(network, member, title="Choir", state="submitted")
    world.archived_practice = make.practice(network, member, title="Old group", state="archived")
    world.submitted_practice = make.practice(network, member, title="Tea", state="submitted")
    world.name = PracticeName.ask(
        world.submitted_practice, actors["secretary"], "sponsor", by=member
    )


def _board(world):
    network, member, secretary = world.network, world.actors["member"], world.actors["secretary"]
    world.post = Post.write(network, by=member, title="A room", text="Who knows a room?")
    world.reply = Post.write(network, by=secretary, text="I do.", topic=world.post)
    world.hidden = Post.write(network, by=secretary, title="Not so nice", text="Hm.")
    world.hidden.move("hide", by=world.actors["colead"], note="About a person.")
    world.report = PostReport.make(world.post, by=secretary, reason="It names somebody.")


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def moving(thing, name):
    return lambda world: {"pk": getattr(world, thing).pk, "name": name}


def interested(world):
    opened = signing.dumps(int(time.time()) - 10, salt=PublicForm.SALT)
    return {"full_name": "Kim", "email": "kim@test.example", "wish": "unsure", "opened": opened}


def invited(world):
    return {
        "full_name": "Robin Vale",
        "email": "robin@test.example",
        "constituency": "lived_experience",
    }


def letter(world):
    return {"words": "Thank you for writing."}


def met(world):
    day = timezone.localdate()
    return {"on_day": day.day, "on_month": day.month, "on_year": day.year, "how": "Well."}


def five_answers(world):
    return {"title": "Drawing", "kind": "informal", "borough": "bexley", "what_happens": "We draw."}


def changed(world):
    return five_answers(world) | {"seen": world.draft_practice.revision}


def on_paper(world):
    day = timezone.localdate()
    return {
        "name": "Jo",
        "part": "other",
        "level": "public",
        "paper_on_day": day.day,
        "paper_on_month": day.month,
        "paper_on_year": day.year,
    }


EVERYBODY = "200 200 200 200 200 200 200 200 200"
#            anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"
WRITES = "302 404 403 200 200 200 403 404 403"
WRITES_POST = "302 404 403 302 302 302 403 404 403"
OFFICE = "302 403 403 403 403 403 200 403 403"
OFFICE_POST = "302 403 403 403 403 403 302 403 403"
PAIR = "302 404 404 200 200 404 404 404 404"  # the two alone
AUTHOR = "302 404 404 200 403 404 404 404 404"  # of a check-in; the other one sees it
PROGRAMME = "302 403 200 200 200 200 200 200 200"
KEEPS = "302 404 404 200 403 200 200 404 404"  # the author, co-leads, the office
KEEPS_POST = "302 404 404 302 403 302 302 404 404"

ROWS = [
    # Whoever is not in the network is shown how to take part.
    Row("network", "302 302 200 200 200 200 200 302 200"),
    Row("network_members", SEES),
    Row(
        "network_members",
        SEES,
        data=lambda w: {"side": "staff", "sort": "newest", "q": "a"},
        note="filtered",
    ),
    Row("network_members_csv", "302 404 403 403 403 403 200 404 403"),
    # joining
    Row("take_part", EVERYBODY),
    Row("take_part", "302 302 302 302 302 302 302 302 302", method="post", data=interested),
    Row("take_part_thanks", EVERYBODY),
    Row("interests", OFFICE),
    Row("interests", OFFICE, data=lambda w: {"state": "open", "sort": "oldest"}, note="waiting"),
    Row("interests_csv", OFFICE),
    Row("interest", OFFICE, of("interest")),
    Row("interest_answer", OFFICE, of("interest")),
    Row("interest_invite", OFFICE, of("interest")),
    Row("interest_decline", OFFICE, of("interest")),
    Row("network_welcome", SEES, lambda w: {"side": "peers"}, note="peers"),
    Row("network_welcome", SEES, lambda w: {"side": "sponsors"}, note="sponsors"),
    Row("welcome_read", "302 404 302 302 302 302 302 404 302", method="post"),
    # pairs
    Row("pairs", SEES),
    Row(
        "pairs",
        SEES,
        data=lambda w: {"q": "walk", "state": "active", "sort": "about"},
        note="filtered",
    ),
    Row("pairs_csv", "302 404 403 403 403 200 200 404 403"),
    Row("pair_propose", WRITES),
    Row("pair_propose", WRITES, data=lambda w: {"q": "person"}, note="found"),
    Row("help_contact", OFFICE),
    Row("help_contact", OFFICE, data=lambda w: {"q": "person"}, note="found"),
    Row("pair", "302 404 404 200 200 200 200 404 404", of("pair")),
    Row("pair", "302 404 404 404 200 200 404 404 404", of("proposed"), note="suggested"),
    Row("pair", "302 404 200 404 404 200 200 404 404", of("lost"), note="somebody left"),
    Row("pair_notice", "302 404 302 404 404 404 404 404 404", of("lost"), method="post"),
    Row("pair_follow_up", "302 404 403 404 404 302 302 404 404", of("lost"), method="post"),
    Row("pair_move", "302 404 404 200 200 403 403 404 404", moving("pair", "end")),
    Row("check_in_add", PAIR, of("pair")),
    Row("check_in_add", "302 404 404 302 302 404 404 404 404", of("pair"), method="post", data=met),
    Row("check_in_change", AUTHOR, of("check_in")),
    Row("check_in_remove", AUTHOR, of("check_in")),
    Row("check_in_remove", "302 404 404 302 403 404 404 404 404", of("check_in"), method="post"),
    Row("help_ask", PAIR, of("pair")),
    # The two, and the one person whom the office named.
    Row("help_request", "302 404 404 200 200 404 404 200 404", of("help")),
    Row("help_move", "302 404 404 403 403 404 404 200 404", moving("help", "answer")),
    # practice
    Row("public_practices", EVERYBODY),
    Row(
        "public_practices",
        EVERYBODY,
        data=lambda w: {"borough": "bexley", "sort": "oldest"},
        note="filtered",
    ),
    Row("public_practices_csv", EVERYBODY),
    Row("public_practice", EVERYBODY, lambda w: {"slug": w.practice.slug}),
    Row("practices", PROGRAMME),
    Row(
        "practices",
        PROGRAMME,
        data=lambda w: {"state": "submitted", "kind": "informal"},
        note="filtered",
    ),
    Row("practices_csv", "302 403 403 403 403 200 200 403 403"),
    Row("practice_add", WRITES),
    Row("practice_add", WRITES_POST, method="post", data=five_answers),
    Row("practice_questions", WRITES),
    Row("practice_questions", WRITES_POST, method="post", data=five_answers),
    Row("practice", "302 404 404 200 404 404 404 404 404", of("draft_practice"), note="draft"),
    Row(
        "practice",
        "302 404 404 200 200 200 200 404 404",
        of("submitted_practice"),
        note="submitted",
    ),
    Row("practice", "302 404 200 200 200 200 200 200 200", of("practice"), note="published"),
    Row("practice_change", "302 404 404 200 404 404 404 404 404", of("draft_practice")),
    Row(
        "practice_change",
        "302 404 404 302 404 404 404 404 404",
        of("draft_practice"),
        method="post",
        data=changed,
    ),
    Row("practice_change", "302 404 403 403 403 200 200 403 403", of("practice"), note="published"),
    # Communications alone: tests/network/practice/test_practice.py.
    Row("practice_public", "302 404 403 403 403 403 403 403 403", of("practice")),
    Row("practice_share", "302 404 403 200 403 200 200 403 403", of("practice")),
    Row(
        "practice_move",
        KEEPS.replace("404 404 200 403", "404 404 403 403"),
        moving("submitted_practice", "send_back"),
    ),
    Row("practice_names", KEEPS, of("submitted_practice")),
    Row("practice_name_add", KEEPS, of("submitted_practice")),
    Row(
        "practice_name_add",
        KEEPS,
        of("submitted_practice"),
        data=lambda w: {"q": "person"},
        note="found",
    ),
    Row("practice_name_paper", KEEPS, of("submitted_practice")),
    Row("practice_name_paper", KEEPS_POST, of("submitted_practice"), method="post", data=on_paper),
    Row("consent", "302 404 404 404 200 404 404 404 404", of("name")),
    Row("practice_name_move", "302 404 404 200 200 200 200 404 404", moving("name", "withdraw")),
    # noticeboard
    Row("board", SEES),
    Row("board", SEES, data=lambda w: {"q": "room", "sort": "oldest"}, note="filtered"),
    Row("board_csv", SEES),
    Row("post_add", WRITES),
    Row("post_add", WRITES_POST, method="post", data=lambda w: {"title": "Hi", "text": "All"}),
    Row("post", SEES, of("post")),
    Row("post", SEES, of("hidden"), note="hidden"),
    Row("post_reply", WRITES, of("post")),
    Row("post_reply", WRITES_POST, of("post"), method="post", data=lambda w: {"text": "Yes"}),
    Row("post_change", "302 404 403 200 403 403 403 404 403", of("post")),
    Row("post_report", SEES, of("post")),
    Row("post_move", "302 404 403 403 403 200 403 404 403", moving("post", "hide")),
    Row("post_reports", "302 404 403 403 403 200 403 404 403"),
    Row("report_move", "302 404 404 404 404 200 404 404 404", moving("report", "settle")),
    *involvement.ROWS,
]


def move(url, expect, thing, name):
    return Row(
        url,
        expect,
        moving(thing, name),
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
    )


ASKED = "302 404 404 404 302 404 404 404 404"  # the secretary: the person asked
PUBLISHES = "302 404 404 403 404 302 302 404 404"

MOVES = {
    **involvement.MOVES,
    Interest: {
        "answer": Row("interest_answer", OFFICE_POST, of("interest"), "post", letter),
        "decline": Row("interest_decline", OFFICE_POST, of("interest"), "post", letter),
        "invite": Row("interest_invite", OFFICE_POST, of("interest"), "post", invited),
    },
    Pair: {
        "accept": move("pair_move", "302 404 404 404 302 403 404 404 404", "proposed", "accept"),
        "decline": move("pair_move", "302 404 404 404 302 403 404 404 404", "proposed", "decline"),
        "withdraw": move(
            "pair_move", "302 404 404 404 403 302 404 404 404", "proposed", "withdraw"
        ),
        "pause": move("pair_move", "302 404 404 302 302 403 403 404 404", "pair", "pause"),
        "resume": move("pair_move", "302 404 404 302 404 403 403 404 404", "paused", "resume"),
        "end": move("pair_move", "302 404 404 302 302 403 403 404 404", "pair", "end"),
    },
    HelpRequest: {
        "answer": move("help_move", "302 404 404 403 403 404 404 302 404", "help", "answer"),
        "withdraw": move("help_move", "302 404 404 302 302 404 404 403 404", "help", "withdraw"),
    },
    Practice: {
        "submit": move(
            "practice_move", "302 404 404 302 404 404 404 404 404", "draft_practice", "submit"
        ),
        "take_back": move(
            "practice_move", "302 404 404 302 404 403 403 404 404", "ready_practice", "take_back"
        ),
        "send_back": move("practice_move", PUBLISHES, "ready_practice", "send_back"),
        "publish": move("practice_move", PUBLISHES, "ready_practice", "publish"),
        "archive": move(
            "practice_move", "302 404 403 302 403 302 302 403 403", "practice", "archive"
        ),
        "bring_back": move("practice_move", PUBLISHES, "archived_practice", "bring_back"),
    },
    PracticeName: {
        "agree": Row("consent", ASKED, of("name"), "post", lambda w: {"choice": "public"}),
        "refuse": Row("consent", ASKED, of("name"), "post", lambda w: {"choice": "no"}),
        "withdraw": move(
            "practice_name_move", "302 404 404 302 302 302 302 404 404", "name", "withdraw"
        ),
    },
    Post: {
        "hide": move("post_move", "302 404 403 403 403 302 403 404 403", "post", "hide"),
        "unhide": move("post_move", "302 404 403 403 403 302 403 404 403", "hidden", "unhide"),
        "remove": move("post_move", "302 404 403 302 403 403 403 404 403", "post", "remove"),
    },
    PostReport: {
        "settle": move("report_move", "302 404 404 404 404 302 404 404 404", "report", "settle"),
    },
}
