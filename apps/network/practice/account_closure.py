"""When an account closes: what becomes of names in the practice register.

Nobody is asked for a permission here: whoever may close the account closes all of it.
"""

from apps.accounts.account_closure import LEAVING

from .models import PracticeName


@LEAVING.add
def names(user, by):
    """A name that they agreed to show to everybody is shown inside the programme only, since they
    can no longer take it back themselves; the entry's author and the co-leads are told, and take
    it off where the person asks. What they never answered lapses.
    """
    mine = PracticeName.objects.filter(user=user).select_related("practice__network")
    for name in mine.filter(state=PracticeName.State.ASKED):
        name.follow("lapse", by=by)
    public = mine.filter(state=PracticeName.State.AGREED, level=PracticeName.Level.PUBLIC)
    for name in public:
        name.follow("narrow", by=by, level=PracticeName.Level.INSIDE)
