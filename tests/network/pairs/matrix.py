"""Pairs, what the two write, and whom they ask for help."""

from django.utils import timezone

from apps.network.pairs.models import CheckIn, HelpContact, HelpRequest, Pair
from tests import factories as make
from tests.factories import StaffFactory, appoint
from tests.matrix import Row, move, moving, of
from tests.network import matrix as whole


def populate(world):
    world.after(whole.populate)
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


def met(world):
    day = timezone.localdate()
    return {"on_day": day.day, "on_month": day.month, "on_year": day.year, "how": "Well."}


SECRET = "Only we two may read this: heron."  # what the pair wrote
#            anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"
WRITES = "302 404 403 200 200 200 403 404 403"
OFFICE = "302 403 403 403 403 403 200 403 403"
PAIR = "302 404 404 200 200 404 404 404 404"  # the two alone
AUTHOR = "302 404 404 200 403 404 404 404 404"  # of a check-in; the other one sees it

ROWS = [
    Row("pairs", SEES),
    Row(
        "pairs",
        SEES,
        data=lambda w: {"q": "walk", "state": "active", "sort": "about"},
        note="filtered",
    ),
    Row("pairs_csv", "302 404 403 403 403 200 200 404 403", again=True),
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
]

MOVES = {
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
}
