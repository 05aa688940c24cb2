"""Groups, as far as accounts need to know of them: the groups app tells through ``register``."""


class Places:
    """What people can be invited to. Until a higher app registers, nothing."""

    def choices(self):
        """Groups and roles to choose from: ([(slug, name)], [(role, label)])."""
        return [], []

    def checker(self, users):
        """A function (wanted, constituency, user) -> sentences saying why it cannot be.

        ``users`` are all those that it will be asked about who have an account. It loads what it
        needs once and remembers what it allowed, so that two rows of one file
        cannot both be promised the same seat.
        """
        return lambda wanted, constituency, user=None: (
            ["There are no groups yet."] if wanted else []
        )

    def describer(self):
        """A function (wanted) -> the placings in words, one phrase each."""
        return lambda wanted: []

    def apply(self, user, wanted, *, by):
        """Place the person; sentences for what could not be done."""
        return []

    def of(self, user):
        """Where the person belongs now: [(words, address)]."""
        return []

    def refresh(self, user):
        """Make what the person may do in groups fit an account that was closed or opened."""

    def objections(self, user, constituency):
        """Sentences saying why the person cannot move to this side of co-production now."""
        return []


class _Registered:
    """Stands for whatever is registered, so that modules can import it at any time."""

    def __init__(self):
        self._places = Places()

    def __getattr__(self, name):
        return getattr(self._places, name)


places = _Registered()


def register(instead):
    places._places = instead
