"""What people said of working together is in no index: numbers stand on pages, words on one."""

from apps.core.searching import unsearched

from .models.batch import Batch, Remark, Told
from .models.round import Answer, Asked, Round, Since, Written

unsearched(
    "What was said without a name is found by nobody, and who was asked is theirs. What is changed "
    "stands on an agenda, which is searched.",
    *(Answer, Asked, Batch, Remark, Round, Since, Told, Written),
)
