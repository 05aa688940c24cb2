"""What is held about people: how it was to work together."""

from apps.core.personal import DELETE, NAMED, nobodys, personal, retention
from apps.core.withheld import confidential

from .models.batch import Batch, Remark, Told
from .models.round import Answer, Asked, Round, Since, Written

nobodys(
    "Without a name, a time or a link to a person: nobody can tell whose it is.",
    *(Answer, Remark, Written),
)
nobodys("Which group is asked of what, and when; how many of it said what.", Round, Since, Told)
personal(
    Asked,
    "Questions about working together that you are asked, until they close",
    about=("user",),
    erase=DELETE,
)
personal(
    Batch,
    "What you told your group that you heard and change",
    mentions=("told_by",),
    why=NAMED,
    scrub=("change",),
)
confidential("Whether somebody has answered is known to nobody.", Asked)

retention(
    "experience",
    Batch,
    what="What people answered, without a name, of how it was to work together",
    why="To see what changes over the years; the minutes that it led to stay.",
    since="the first of its questions closed",
    days="EXPERIENCE_KEEP_DAYS",
    rows=lambda cutoff: Batch.objects.filter(since__lt=cutoff),
)
