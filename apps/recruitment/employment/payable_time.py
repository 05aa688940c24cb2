"""Posts, whose time the trust pays (apps.accounts.payable_time)."""

from apps.accounts.payable_time import employed

from .models.appointment import Appointment


@employed
def posts():
    """The posts that people came to through this site, past ones as well."""
    return Appointment.objects.filter(user__isnull=False)
