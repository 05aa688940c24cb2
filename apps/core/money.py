"""Money: exact decimals in pounds and pence, never floating point."""

from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")
NOTHING = Decimal("0.00")


def to_pence(amount):
    """An amount rounded to whole pence, half a penny up."""
    return Decimal(amount).quantize(PENNY, rounding=ROUND_HALF_UP)


def total(amounts):
    """The exact sum; nothing at all is £0.00."""
    return sum(amounts, NOTHING)


def pounds(amount):
    """``£1,234.50``; empty for None."""
    return "" if amount is None else f"£{to_pence(amount):,.2f}"
