"""A kind that the workers of the fault tests know, and many people to send it to."""

from django.db import transaction

from apps.accounts.models.people import Constituency, User
from apps.groups.models import WorkingGroup
from apps.notifications.kinds import notify, register

from .things import Called

register(Called)


@transaction.atomic
def tell(people):
    """Notify so many people, as a view would: all in one transaction."""
    users = User.objects.bulk_create(
        User(
            email=f"person{number}@test.example",
            full_name=f"Person {number}",
            constituency=Constituency.STAFF,
        )
        for number in range(people)
    )
    group = WorkingGroup.objects.create(name="Everyone", slug="everyone", purpose="To be told.")
    notify(Called.name, group, users)
