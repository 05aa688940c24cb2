"""Declarations in the demonstration: most have declared, some long ago, a few never."""

from datetime import timedelta

from .models import Declaration, DeclaredInterest, asked_to_declare

KIND = DeclaredInterest.Kind
EXAMPLES = (
    (KIND.PROFESSIONAL, "I am a trustee of a local charity that runs peer support groups.", True),
    (KIND.FINANCIAL, "I am paid for training that I give to other trusts.", True),
    (KIND.PERSONAL, "I campaign for a crisis house in Bexley.", False),
    (KIND.INDIRECT, "Somebody in my family works for a supplier of the trust.", False),
    (KIND.PROFESSIONAL, "I sit on the board of a housing association.", True),
)


def load(world):
    """One in eight never declared, one in eight more than a year ago."""
    people = list(asked_to_declare().order_by("pk"))
    for number, person in enumerate(people):
        if number % 8 == 7:
            continue
        days = 400 if number % 8 == 6 else world.rng.randrange(10, 300)
        world.goto(world.ago(days), 11)
        listed = []
        if number % 5 == 0:
            kind, text, is_public = EXAMPLES[number // 5 % len(EXAMPLES)]
            listed.append(DeclaredInterest.add(person, kind=kind, text=text, is_public=is_public))
        world.now += timedelta(minutes=5)
        Declaration.make(person, seen=[one.pk for one in listed])
    world.goto(world.today)
