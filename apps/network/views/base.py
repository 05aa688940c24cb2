"""What the pages of the network share."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from apps.core.views import PermissionMixin
from apps.groups.models import WorkingGroup

PAGE = 25


class NetworkMixin(PermissionMixin):
    """A page of the network, for those who may see its group; 404 for everybody else.

    ``perm`` is asked of the network's group.
    """

    perm = "groups.view_workinggroup"

    @cached_property
    def network(self):
        seen = WorkingGroup.objects.visible_to(self.request.user)
        network = seen.filter(kind=WorkingGroup.Kind.NETWORK).order_by("pk")
        return get_object_or_404(network[:1])

    def get_scope(self):
        return self.network

    def get_context_data(self, **kwargs):
        return super().get_context_data(network=self.network, **kwargs)


class FilteredMixin:
    """A list narrowed by a form in the address: ``filter_class`` cleans what is asked for.

    ``narrow(rows, **wanted)`` applies the values that were given. What is not understood is left
    out, so that a mistyped address shows the whole list.
    """

    filter_class = None
    paginate_by = PAGE

    @cached_property
    def filters(self):
        form = self.filter_class(self.request.GET)
        form.is_valid()
        return form

    @cached_property
    def wanted(self):
        return {key: value for key, value in self.filters.cleaned_data.items() if value}

    def get_queryset(self):
        return self.narrow(super().get_queryset(), **self.wanted)

    def get_context_data(self, **kwargs):
        return super().get_context_data(filters=self.filters, **kwargs)
