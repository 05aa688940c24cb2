"""What somebody needs in order to take part in a meeting or a Conversation: asked and arranged."""

from hashlib import sha256

from django.db import models, transaction
from django.db.models import Q

from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement

ASK, ARRANGE = "meetings.ask_support", "meetings.arrange_support"


class SupportState(States):
    ASKED = "asked", "yellow", "Asked for"
    ARRANGED = "arranged", "green", "Arranged"
    WITHDRAWN = "withdrawn", "grey", "No longer needed"


@requirement
def it_takes_place(support, by):
    if support.gathering.is_cancelled:
        yield Missing("It was called off, so there is nothing to arrange.")


@effect
def its_words_go(support, entry):
    """What was arranged stays, for the organiser to undo it."""
    support.text = ""
    support.save(update_fields=["text"])


def moves_of_support(*, asked, changed, arranged, handed):
    """The table of a request; the four effects tell people, each app in words of its own."""
    open_, done, gone = SupportState.ASKED, SupportState.ARRANGED, SupportState.WITHDRAWN
    return {
        "arrange": Move(
            (open_,),
            done,
            ARRANGE,
            needs=(it_takes_place,),
            then=(arranged,),
            label="Mark as arranged",
        ),
        "ask_again": Move(
            (done, gone), open_, ASK, then=(changed,), label="Ask again", internal=True
        ),
        "withdraw": Move(
            (open_, done),
            gone,
            ASK,
            then=(its_words_go, changed),
            label="No longer needed",
            internal=True,
        ),
        "ask": Act((open_,), ASK, then=(asked,)),
        "change": Act((open_,), ASK, then=(changed,)),
        "hand_over": Act((open_,), then=(asked, handed)),
    }


class SupportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person who asks and the organiser named for it. Nobody else, whatever the role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(**{self.model.ASKED_BY: user}) | Q(organiser=user))

    def to_arrange(self, user):
        """What waits for this organiser: it is ahead, and was not called off."""
        about = self.model.ABOUT
        ahead = {f"{about}__state": "published", f"{about}__ends_at__gte": clock.now()}
        return self.filter(organiser=user, state=SupportState.ASKED, **ahead)


class Support(Stateful):
    """Confidential. ``ASKED_BY`` and ``ABOUT`` are the ways to the person and to the gathering."""

    ASKED_BY = ABOUT = ""
    State = SupportState
    theirs_alone = (ASK, ARRANGE)

    text = models.TextField(max_length=3000)
    arrangement = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=SupportState, default=SupportState.ASKED)
    asked_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SupportQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def own_perms(self, user):
        """The person asks; the named organiser arranges."""
        mine = {ASK} if user.pk == self.asker_id else set()
        return mine | ({ARRANGE} if user.pk == self.organiser_id else set())

    @property
    def is_asked(self):
        return self.state == SupportState.ASKED

    @property
    def is_arranged(self):
        return self.state == SupportState.ARRANGED

    @classmethod
    def say(cls, text, *, by, organiser, **whose):
        """Ask, or change what was asked.

        The same again tells nobody. ``whose`` is the row; what is asked anew is for whoever is
        ``organiser`` now. The caller has locked the gathering, and asked whether one may.
        """
        text = text.strip()
        support = cls.objects.select_for_update(of=("self",)).filter(**whose).first()
        if support is None:
            support = cls.objects.create(text=text, organiser=organiser, **whose)
            support.followed("ask", record("ask", support, by=by))
        elif support.is_asked:
            if text != support.text:
                support.text = text
                support.save(update_fields=["text"])
                support.followed("change", record("change", support, by=by))
        elif text != support.text or not support.is_arranged:
            support.follow("ask_again", by=by, text=text, organiser=organiser)
        return support

    @property
    def words(self):
        """A digest of what is asked, for the page on which it is arranged."""
        return sha256(self.text.encode()).hexdigest()[:20]

    @transaction.atomic
    def arrange(self, arrangement, *, by, read):
        """``read`` is what ``words`` was on the page of whoever arranges it. Raises as a move, and
        NotYet where something else is asked for by now."""
        now = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if read and now.words != read:
            raise NotYet(
                "What they ask for changed while you wrote. Read it above, then save again."
            )
        now.move("arrange", by=by, arrangement=arrangement)

    @classmethod
    @transaction.atomic
    def take_back(cls, *, by, **whose):
        """One's own words are one's own: to be taken back whatever became of the gathering."""
        support = cls.objects.select_for_update(of=("self",)).filter(**whose).first()
        if support is not None and support.open_to("withdraw"):
            support.follow("withdraw", by=by)
        return support

    @classmethod
    @transaction.atomic
    def hand_over(cls, gathering, organiser, *, by):
        """What is not arranged yet goes to the new organiser, who is told."""
        rows = cls.objects.select_for_update(of=("self",)).filter(
            **{cls.ABOUT: gathering}, state=SupportState.ASKED
        )
        for support in rows.exclude(organiser=organiser):
            support.organiser = organiser
            support.save(update_fields=["organiser"])
            support.followed("hand_over", record("hand_over", support, by=by))
