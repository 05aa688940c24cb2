"""References that outsiders see: random, so that nobody can guess another, easy to read aloud."""

from apps.core import chance

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks or sounds like another
LENGTH = 9  # 30 ** 9: twenty million millions


def new_reference():
    return chance.code(ALPHABET, LENGTH)
