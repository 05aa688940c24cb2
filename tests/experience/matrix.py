from apps.experience.links import answer_token
from apps.experience.models.batch import Batch
from tests.matrix import Row

from .making import YES, asked, people, told


def populate(world):
    group, actors = world.group, world.actors
    some = people(lived=3, staff=3)
    told(group, [(one, YES | {"words": "SECRET WORDS OF A ROUND"}) for one in some])
    world.heard_batch = Batch.objects.get(group=group)
    taking_part = [actors[name] for name in ("outsider", "member", "colead")]
    world.experience_round = asked(group, [*taking_part, *some])
    world.experience_token = answer_token(world.experience_round, actors["member"])


def answering(world):
    return {"pk": world.experience_round.pk}


def by_link(world):
    return {"token": world.experience_token}


def heard(world):
    return {"slug": world.group.slug, "pk": world.heard_batch.pk}


def group(world):
    return {"slug": world.group.slug}


#        anonymous outsider observer member secretary colead office hr admin
ASKED = "302 200 404 200 404 200 404 404 404"
ANYBODY = "200 200 200 200 200 200 200 200 200"
READS = "302 404 403 200 200 200 403 404 403"
TELLS = "302 404 404 403 403 200 404 404 404"

ROWS = [
    Row("how_it_was", ASKED, answering),
    Row("how_it_was_by_link", ANYBODY, by_link),
    Row("group_heard", READS, group),
    Row("heard", READS, heard),
    Row("tell_back", TELLS, heard),
]
KEPT_OUT = {
    "Answer": "what somebody answers while a round is open: nobody reads it",
    "Asked": "who has answered is known to nobody",
    "Remark": "words without a name: those who do the work of the group read them there",
    "Round": "how many answered, exactly",
    "Since": "one moment, which nobody changes",
    "Told": "exact numbers, which may be of one person: pages tell them in halves",
    "Written": "what somebody writes while a round is open: nobody reads it",
}
