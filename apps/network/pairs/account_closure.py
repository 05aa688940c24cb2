"""When an account closes: what becomes of pairs and promises to help.

Nobody is asked for a permission here: whoever may close the account closes all of it.
"""

from apps.accounts.account_closure import LEAVING

from .models import HelpContact, HelpRequest, Pair


@LEAVING.add
def pairs(user, by):
    """Their pairs end; the other one, the network's co-leads and the office are told.

    What the two wrote stays with the one who is left.
    """
    for pair in Pair.objects.of(user).open().select_related("peer", "sponsor", "network"):
        pair.lose(user, by=by)


@LEAVING.add
def help_given(user, by):
    """Requests for help that only this person could see go to whom the office names next; until
    then *What needs you* of the office asks for somebody."""
    current = HelpContact.current()
    if current and current.pk != user.pk:
        for help_asked in HelpRequest.objects.filter(contact=user, state=HelpRequest.State.ASKED):
            help_asked.hand_to(current)
