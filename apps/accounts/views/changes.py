"""What is to change about somebody's account, and who has a say in it."""

from django.views.generic import DetailView

from apps.core.views import VisibleMixin

from ..models.addresses import AddressChange
from ..models.role_changes import RoleChange
from ..models.sides import SideChange


class ChangePage(VisibleMixin, DetailView):
    """One change: for its person, and for those who ask and confirm; ``route`` names its moves."""

    context_object_name = "change"
    route = ""

    def get_context_data(self, **kwargs):
        user, change = self.request.user, self.object
        return super().get_context_data(
            mine=change.user_id == user.pk,
            moves=change.moves_for(user),
            route=self.route,
            **kwargs,
        )


class SideChangePage(ChangePage):
    """Of somebody's side of co-production."""

    queryset = SideChange.objects.select_related("user", "asked_by")
    template_name = "accounts/side_change.html"
    route = "side_change_move"


class AddressChangePage(ChangePage):
    """Of the address that they sign in with: they can stop it."""

    queryset = AddressChange.objects.select_related("user", "asked_by", "confirmed_by")
    template_name = "accounts/address_change.html"
    route = "address_change_move"


class RoleChangePage(ChangePage):
    """A role that somebody is to have, or to have no more."""

    queryset = RoleChange.objects.select_related("user", "asked_by", "settled_by")
    template_name = "accounts/role_change.html"
    route = "role_change_move"
