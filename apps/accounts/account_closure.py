"""What happens to somebody's things when their account closes: higher apps say what of theirs."""

from apps.core.registry import Registry

# Each: (user, by) -> None, inside the transaction that closes.
LEAVING = Registry("When an account closes")
