from apps.accounts.models import ShareWith, SupportProfile
from tests.matrix import Row

SIGNED_IN = "302 200 200 200 200 200 200 200 200"


def populate(world):
    world.support = SupportProfile.objects.create(
        user=world.actors["member"], share_with=ShareWith.NOBODY
    )


ROWS = [
    Row("profile", SIGNED_IN),
    Row("profile_edit", SIGNED_IN),
    Row("support_profile", SIGNED_IN),
    Row(
        "support_profile_of",
        "302 404 404 200 404 404 404 404 404",
        args=lambda world: {"user": world.support.user_id},
        note="kept to oneself",
    ),
]
