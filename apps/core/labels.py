"""Labels as part of a sentence: *Done: publish the meeting.*"""

import re

# *I agree*, *HR business partner*, *British Sign Language* begin with what is never small.
STAYS = re.compile(
    r"(I|[A-Z]{2,}|British|Human Resources|Equality and Human Rights|Peers and Sponsors Network)\b"
)


def in_a_sentence(label: str) -> str:
    """A label where something stands before it; names in it stay as they are."""
    return label if STAYS.match(label) else label[:1].lower() + label[1:]
