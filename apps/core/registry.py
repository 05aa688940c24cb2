"""How a lower app learns of a higher one: by a list that it fills in ``AppConfig.ready()``.

The list stands where it is read, or in the app that gives it its meaning.
"""


class Registry:
    """What apps offer, in the order in which they did. ``add`` is a call or a decorator.

    ``key(item)`` names an item: no two have the same name, and ``get`` finds one by it.
    """

    def __init__(self, what, key=None):
        self.what, self.key = what, key
        self._items = []

    def add(self, item):
        if self.key and self.get(self.key(item)) is not None:
            raise ValueError(f"{self.what}: there is one named {self.key(item)!r}.")
        self._items.append(item)
        return item

    def get(self, name):
        """The item of this name, or None."""
        return next((item for item in self._items if self.key(item) == name), None)

    def __iter__(self):
        return iter(self._items)

    def __repr__(self):
        return f"<{self.what}: {len(self._items)}>"
