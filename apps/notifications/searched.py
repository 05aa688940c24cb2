"""Messages are not searched: they repeat what stands elsewhere, to one person."""

from apps.core.searching import unsearched

from .models import Delivery, Occurrence, Postbox, Preference, ReminderRule, Wording

unsearched("It repeats to one person what stands elsewhere.", Delivery)
unsearched("No words of anybody's.", Occurrence, Postbox, Preference, ReminderRule, Wording)
