"""What a thing withholds from a person: asked by the backends, and by the person of a superuser."""

from typing import Any


def is_withheld(user: Any, perm: str, obj: Any) -> bool:
    """Whether a thing withholds a permission from somebody, whatever else gives it to them."""
    withheld = getattr(obj, "withheld_perms", None)
    return withheld is not None and perm in withheld(user)
