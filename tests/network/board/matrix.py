"""The noticeboard."""

from apps.network.board.models import Post, PostReport
from tests.matrix import Row, move, moving, of
from tests.network import matrix as whole


def populate(world):
    world.after(whole.populate)
    network, member, secretary = world.network, world.actors["member"], world.actors["secretary"]
    world.post = Post.write(network, by=member, title="A room", text="Who knows a room?")
    world.reply = Post.write(network, by=secretary, text="I do.", topic=world.post)
    world.hidden = Post.write(network, by=secretary, title="Not so nice", text="Hm.")
    world.hidden.move("hide", by=world.actors["colead"], note="About a person.")
    world.report = PostReport.make(world.post, by=secretary, reason="It names somebody.")


#            anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"
WRITES = "302 404 403 200 200 200 403 404 403"
WRITES_POST = "302 404 403 302 302 302 403 404 403"

ROWS = [
    Row("board", SEES),
    Row("board", SEES, data=lambda w: {"q": "room", "sort": "oldest"}, note="filtered"),
    Row("board_csv", SEES, again=True),
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
]

MOVES = {
    Post: {
        "hide": move("post_move", "302 404 403 403 403 302 403 404 403", "post", "hide"),
        "unhide": move("post_move", "302 404 403 403 403 302 403 404 403", "hidden", "unhide"),
        "remove": move("post_move", "302 404 403 302 403 403 403 404 403", "post", "remove"),
    },
    PostReport: {
        "settle": move("report_move", "302 404 404 404 404 302 404 404 404", "report", "settle"),
    },
}
