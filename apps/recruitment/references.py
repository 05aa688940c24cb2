"""References that outsiders see: random, so that nobody can guess another, easy to read aloud."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks or sounds like another
LENGTH = 9  # 30 ** 9: twenty million millions


def new_reference():
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
