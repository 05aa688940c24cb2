"""How a lower app learns of a higher one: by a list that it fills in ``AppConfig.ready()``.

The list stands where it is read, or in the app that gives it its meaning.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """What apps offer, in the order in which they did. ``add`` is a call or a decorator.

    ``key(item)`` names an item: no two have the same name, and ``get`` finds one by it.
    """

    def __init__(self, what: str, key: Callable[[Item], str] | None = None) -> None:
        self.what, self.key = what, key
        self._items: list[Item] = []

    def add(self, item: Item) -> Item:
        if self.key and self.get(self.key(item)) is not None:
            raise ValueError(f"{self.what}: there is one named {self.key(item)!r}.")
        self._items.append(item)
        return item

    def get(self, name: str) -> Item | None:
        """The item of this name, or None."""
        return next((item for item in self._items if self.key and self.key(item) == name), None)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<{self.what}: {len(self._items)}>"
