"""What the search holds about people."""

from apps.core.personal import DELETE, nobodys, personal, retention

from .models import Entry, Remembered, Stale

nobodys("A copy of what its things hold: it changes and goes with them, in the database.", Entry)
nobodys("Numbers of things that changed.", Stale)
personal(
    Remembered,
    "What you opened from the search or pinned",
    about=("user",),
    erase=DELETE,
)
retention(
    "search-opened",
    Remembered,
    what="What somebody opened from the search",
    why="To find it again while it is fresh. What somebody pinned stays until they unpin it.",
    since="it was opened",
    days="SEARCH_KEEP_DAYS",
    rows=lambda cutoff: Remembered.objects.filter(pinned=False, at__lt=cutoff),
)
