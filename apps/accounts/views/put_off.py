"""Putting off what waits for nobody else, and taking it back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from apps.core.dates import moment, weekday
from apps.core.late import takes_away
from apps.core.needs import needs_of
from apps.core.views import PageFormView

from ..forms import PutOffForm
from ..models.put_off import PutOff


class PutOffs(ListView):
    """What somebody put off and what waits for them still, each with the way back."""

    template_name = "accounts/put_off.html"
    paginate_by = 25

    def get_queryset(self):
        waiting = [need.key for need in needs_of(self.request.user)]
        return PutOff.objects.standing().filter(user=self.request.user, key__in=waiting)


class PutOffAdd(PageFormView):
    """Until which day; only for what waits for this person, and for nobody else."""

    form_class = PutOffForm
    page_title = "Put it off"
    button = "Put it off"
    success_url = reverse_lazy("home")

    @cached_property
    def need(self):
        key = self.request.GET.get("need", "")
        found = (one for one in needs_of(self.request.user) if one.put_off and one.key == key)
        if (need := next(found, None)) is None:
            raise Http404
        return need

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"due": self.need.due_at}

    @property
    def intro(self):
        due = self.need.due_at
        return f"It ends on {moment(due)}." if due else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.need.title, **kwargs)

    def save(self, form):
        until = form.cleaned_data["until"]
        PutOff.put(self.request.user, self.need, until)
        when = f"It comes back on {weekday(until)}." if until else "It does not come back."
        messages.success(self.request, f"Put off. {when}")


@require_POST
@takes_away
def put_back(request, pk):
    """Show it again now."""
    mine = PutOff.objects.filter(user=request.user)
    get_object_or_404(mine, pk=pk).delete()
    messages.success(request, "It is on your home page again.")
    return redirect("put_offs")
