"""Counts of people made safe to show: small ones hidden, the others rounded.

The method of NHS Digital's disclosure control (SRHAD 2019-20): 1 to 7 are not shown; where only one
number of a row is hidden, the next smallest is hidden too, or the sum would give it away; what is
shown is rounded to the nearest 5.
"""

LEAST, STEP = 8, 5
HIDDEN = None


def rounded(number):
    """To the nearest 5, a half upwards."""
    return STEP * ((number + STEP // 2) // STEP)


def suppressed(numbers):
    """A row of counts as it may be shown: numbers, or None where one is hidden.

    ``numbers`` are whole and never shown with their sum unless that is rounded as well.
    """
    hidden = {place for place, number in enumerate(numbers) if 0 < number < LEAST}
    if len(hidden) == 1:
        others = [
            (number, place)
            for place, number in enumerate(numbers)
            if place not in hidden and number > 0
        ]
        if others:
            hidden.add(min(others)[1])
        else:  # alone with zeros: any zero may be the other one
            hidden |= {place for place, number in enumerate(numbers) if number == 0}
    return [HIDDEN if place in hidden else rounded(number) for place, number in enumerate(numbers)]


def total(numbers):
    """A sum as it may be shown."""
    number = sum(numbers)
    return HIDDEN if 0 < number < LEAST else rounded(number)
