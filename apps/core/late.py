"""What somebody reads whose page was behind: that it was done already, by themselves mostly."""

from datetime import datetime
from functools import cached_property, wraps

from django.http import Http404
from django.utils.decorators import method_decorator

from . import clock
from .dates import moment
from .exceptions import Already, IllegalMove
from .models import AuditEntry, Stateful
from .moves import Move
from .withheld import CONFIDENTIAL

CSRF = "csrfmiddlewaretoken"


def has_sent(request):
    """Whether more came with the press than that it was pressed: words, or a choice."""
    sent = [name for name, given in request.POST.items() if given.strip()]
    return bool(request.FILES) or any(name != CSRF and not name.endswith("seen") for name in sent)


# --- what is gone ---------------------------------------------------------------------------------
PRESSED = "pressed"  # in the session: {the address: [when, where it led]}
KEPT = 20
AWAY = "delete"  # of what an address does with one of a list: up and down take nothing away


def note_pressed(request, led_to):
    """Keep that this press took something from whoever pressed, and where it led."""
    kept = request.session.get(PRESSED, {})
    kept.pop(request.path, None)  # the newest stands last
    kept[request.path] = [clock.now().isoformat(), led_to]
    request.session[PRESSED] = dict(list(kept.items())[-KEPT:])


def pressed_before(request, gone):
    """What whoever presses again is told, to be raised; ``gone`` itself where they did not.

    That they did it is known by their session alone: nobody else learns that there was something,
    nor they what became of it since.
    """
    # Read anew: of two presses at once, the first may have ended since this one began.
    kept = type(request.session)(request.session.session_key).get(PRESSED, {})
    if request.path not in kept:
        return gone
    at, led_to = kept[request.path]
    words = f"You did this on {moment(datetime.fromisoformat(at))}."
    return Already(words, getattr(gone, "subject", None), mine=True, led_to=led_to)


def takes_away(view):
    """A view whose address takes one thing away, or ends it: a decorator.

    Whoever presses again finds nothing, as a stranger would: ``pressed_before`` tells them.
    """

    @wraps(view)
    def once(request, *args, **kwargs):
        try:
            answer = view(request, *args, **kwargs)
        except (Http404, Already) as gone:
            raise pressed_before(request, gone) from None
        takes = request.method == "POST" and kwargs.get("act", AWAY) == AWAY
        if takes and 300 <= answer.status_code < 400:
            note_pressed(request, answer["Location"])
        return answer

    once.takes_away = True
    return once


@method_decorator(takes_away, name="dispatch")
class TakesAway:
    """The same for a class; it stands first, before what finds the thing."""

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)


# --- what is so already -------------------------------------------------------------------------
class Late:
    """How a thing stands that somebody came to too late, in words for them.

    Who else it was is said to those who could have done the same: of nothing else, and of nothing
    confidential. The page of the thing says more to those who may read it.
    """

    def __init__(self, conflict, user, has_sent=False):
        self.conflict, self.subject, self.user = conflict, conflict.subject, user
        self.has_sent = has_sent

    @cached_property
    def _last(self):
        """The entry that brought the thing to where it stands, as far as it can be told."""
        if self.subject is None or self.subject.pk is None:
            return None
        entries = AuditEntry.objects.about(self.subject)
        if isinstance(self.conflict, Already):
            asked = self.conflict.asked
            return entries.filter(action=asked).first() if asked else None
        if not isinstance(self.subject, Stateful):
            return None
        asked = self.subject.moves.get(self.conflict.asked)
        if not isinstance(asked, Move) or self.subject.state in asked.sources:
            return None  # it is not that it stands elsewhere: the time is over, say
        moves = [name for name, row in self.subject.moves.items() if isinstance(row, Move)]
        return entries.filter(action__in=moves).first()

    @property
    def is_done(self):
        """Whether what was asked for is so."""
        if isinstance(self.conflict, Already):
            return True
        return self._last is not None and self._last.action == self.conflict.asked

    @property
    def is_mine(self):
        """Whether it was this person who brought it to where it stands."""
        if self._last is not None:
            return self._last.by_id is not None and self._last.by_id == self.user.pk
        return getattr(self.conflict, "mine", False)

    @property
    def led_to(self):
        """Where it led when they did it, where they may see no more of the thing itself."""
        return getattr(self.conflict, "led_to", "")

    @property
    def _was_lost(self):
        """Whether somebody else moved it from where this person would have moved it."""
        return not isinstance(self.conflict, Already) and bool(self._last and self._last.by_id)

    @property
    def _named(self):
        return self._was_lost and type(self.subject) not in {one.model for one in CONFIDENTIAL}

    @property
    def title(self):
        if self.is_done:
            return "You did this already" if self.is_mine else "This was done already"
        if self.is_mine:
            return "This has changed"
        if self._was_lost:
            return "Somebody got there first"
        of_a_move = isinstance(self.conflict, IllegalMove)
        return "This cannot be done now" if of_a_move else "This has changed"

    @property
    def words(self):
        """The sentences below the title."""
        yield self._when if self.is_done and self.is_mine and self._last else str(self.conflict)
        if self.is_done:
            if self._named and not self.is_mine:
                yield f"{self._last.by} did this on {moment(self._last.at)}."
            if self.has_sent:
                yield "What you sent this time was not used."
            else:
                yield "Nothing is left to do here."
        elif self.is_mine:
            yield f"You changed it on {moment(self._last.at)}."
        elif self._was_lost:
            yield f"It changed on {moment(self._last.at)}."

    @property
    def _when(self):
        return f"You did this on {moment(self._last.at)}."
