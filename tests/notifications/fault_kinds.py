"""A kind that the workers of the fault tests know, and many people to send it to."""

from django.db import transaction

from apps.accounts.models.people import Constituency, User
from apps.groups.models import WorkingGroup
from apps.notifications.kinds import notify, register
from apps.notifications.models import Address

from .things import Called

register(Called)


@transaction.atomic
def tell(people):
    """Notify so many, as a view would, all in one transaction: every second has an account, the
    others are written to at their address."""
    emails = [f"person{number}@test.example" for number in range(people)]
    users = User.objects.bulk_create(
        User(email=email, full_name=f"Person {email}", constituency=Constituency.STAFF)
        for email in emails[::2]
    )
    addresses = [Address.of(email) for email in emails[1::2]]
    group = WorkingGroup.objects.create(name="Everyone", slug="everyone", purpose="To be told.")
    notify(Called.name, group, [*users, *addresses])
