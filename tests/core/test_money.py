"""Money is exact."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.core.fields import MoneyField
from apps.core.money import NOTHING, pounds, to_pence, total

PENCE = st.integers(min_value=0, max_value=10**8)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), ("1.015", "1.02"), ("7", "7.00")],
)
def test_half_a_penny_rounds_up(amount, rounded):
    assert to_pence(Decimal(amount)) == Decimal(rounded)


@given(st.lists(PENCE, max_size=50))
def test_a_sum_is_exact_to_the_penny(pence):
    assert total(Decimal(one) / 100 for one in pence) == Decimal(sum(pence)) / 100


def test_nothing_is_nothing():
    assert total([]) == NOTHING
    assert pounds(None) == ""
    assert pounds(Decimal("1234.5")) == "£1,234.50"


@given(PENCE.filter(bool).map(lambda pence: Decimal(pence) / 100).filter(lambda v: v < 10**6))
def test_every_amount_reads_back_as_it_is_shown(amount):
    assert MoneyField().clean(pounds(amount)) == amount


@pytest.mark.parametrize("typed", ["", "a lot", "1.234", "0", "-1", "NaN", "1e3000", "99999999"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        MoneyField().clean(typed)
