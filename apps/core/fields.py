"""Form fields that people can fill in on a phone: dates in three boxes, times in words."""

import calendar
import re
from datetime import date, time
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from .nhs import DateWidget

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
}


LAST_YEAR = 2199  # later ones cannot be counted on from, and mean a slip of the finger


class DateField(forms.Field):
    """A date typed as day, month (number or name) and year."""

    widget = DateWidget

    def to_python(self, value):
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        day, month, year = (str(part or "").strip() for part in value)
        if not (day or month or year):
            return None
        missing = [
            name
            for name, part in (("a day", day), ("a month", month), ("a year", year))
            if not part
        ]
        if missing:
            raise ValidationError(f"The date must include {' and '.join(missing)}.")
        try:
            number = MONTHS.get(month.lower()) or int(month)
            if len(year) != 4:
                raise ValidationError("The year must have 4 numbers.")
            if int(year) > LAST_YEAR:
                raise ValidationError(f"The year must be {LAST_YEAR} or earlier.")
            return date(int(year), number, int(day))
        except (ValueError, OverflowError):
            raise ValidationError("Enter a real date, for example 23 11 2026.") from None

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class TimeField(forms.Field):
    """A time of day as people write it: ``2:30pm``, ``2.30 pm``, ``14:30``, ``midday``."""

    widget = forms.TextInput
    pattern = re.compile(r"^(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?\.?(?:m\.?)?$", re.IGNORECASE)

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"width": "5"}))
        kwargs.setdefault("help_text", "For example, 2:30pm")
        super().__init__(**kwargs)

    def prepare_value(self, value):
        if isinstance(value, time):
            hour = value.hour % 12 or 12
            return f"{hour}:{value:%M}{'am' if value.hour < 12 else 'pm'}"
        return value

    def to_python(self, value):
        if isinstance(value, time) or value in self.empty_values:
            return value or None
        text = str(value).strip().lower()
        if text in ("midday", "noon"):
            return time(12)
        found = self.pattern.match(text)
        if not found:
            raise ValidationError("Enter a time, for example 2:30pm or 14:30.")
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if half and not 1 <= hour <= 12:
            raise ValidationError("Enter a time, for example 2:30pm or 14:30.")
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        try:
            return time(hour, minute)
        except ValueError:
            raise ValidationError("Enter a real time, for example 2:30pm or 14:30.") from None


class MoneyField(forms.DecimalField):
    """An amount in pounds as people write it: ``12.50``, ``£12``, ``1,200``."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        kwargs.setdefault("max_digits", 8)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("min_value", Decimal("0.01"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"width": "5", "inputmode": "decimal"}))
        kwargs.setdefault("help_text", "In pounds, for example 12.50")
        super().__init__(**kwargs)
        self.error_messages |= {
            "invalid": "Enter an amount of money, for example 12.50.",
            "max_decimal_places": "Give pounds and pence, with 2 numbers after the point.",
            "min_value": "The amount must be more than nothing.",
        }

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip().removeprefix("£").replace(",", "").strip()
        return super().to_python(value)
