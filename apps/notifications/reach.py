"""Whom e-mail of a kind does not reach, for pages that say that somebody is told."""

from dataclasses import dataclass

from django.db import models

from apps.accounts.models.people import User
from apps.accounts.models.unreachable import is_unreachable

from .kinds import KINDS, rule_of
from .models import Channel, Frequency, Preference


@dataclass(frozen=True)
class Missed:
    """Who gets no e-mail: their address takes none, or they want none of this kind; of how many."""

    failing: list[User]
    unwilling: list[User]
    of: int

    @property
    def people(self):
        return sorted([*self.failing, *self.unwilling], key=lambda user: user.name.casefold())


def missed(kind_name: str, subject: models.Model, people: models.QuerySet[User]) -> Missed:
    """Whom of these an e-mail of this kind about a thing does not reach. Three queries."""
    kind = KINDS[kind_name]
    failing = list(people.filter(is_unreachable()))
    known = {user.pk for user in failing}
    # Whoever has chosen nothing gets all.
    chose = Preference.objects.filter(user__in=people.order_by().values("pk"))
    chose = chose.exclude(email={}, overall=Frequency.NOW).select_related("user")
    unwilling = [
        one.user
        for one in chose
        if one.user_id not in known and one.wants(kind, subject, one.user) == Frequency.NONE
    ]
    return Missed(failing, unwilling, people.count())


def leaves_by_mail(kind_name: str) -> bool:
    """Whether the site sends e-mail of this kind at all."""
    kind, rule = KINDS[kind_name], rule_of(kind_name)
    return kind.stays_on or (rule.enabled and Channel.EMAIL in rule.reaches())
