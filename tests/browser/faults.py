"""The site with addresses at which things go wrong, so that their pages can be looked at."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.urls import path

from apps.core.exceptions import Conflict, NotYet
from oxleas_peer import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

FAULTS = {
    400: BadRequest,
    403: PermissionDenied,
    409: Conflict("Somebody else saved this first."),
    422: NotYet("Two more people must sign first."),
    500: RuntimeError,
}


@login_not_required
def go_wrong(request, status):
    raise FAULTS[status]


urlpatterns = [path("fault/<int:status>/", go_wrong), *urls.urlpatterns]
