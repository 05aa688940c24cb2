"""Where confidence is promised its limits are known to both first: who writes, and who reads."""

from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse


class LimitsFirstMixin:
    """A page on which somebody writes something confidential: first they read the limits.

    Nothing typed is lost: what is sent is taken, or refused by the thing itself.
    """

    asked_on: tuple[str, ...] | None = ("GET", "HEAD")

    def dispatch(self, request, *args, **kwargs):
        user = request.user
        asks = self.asked_on is None or request.method in self.asked_on
        if asks and user.is_authenticated and not user.knows_limits:
            return redirect(limits_page(request.get_full_path()))
        return super().dispatch(request, *args, **kwargs)


class LimitsFirstToReadMixin(LimitsFirstMixin):
    """The same where others' confidences are read, by whatever method: a form that is refused shows
    them again."""

    asked_on = None


def limits_page(back):
    """The address of the limits that leads on to ``back``."""
    query = QueryDict(mutable=True)
    query["next"] = back
    return f"{reverse('confidence')}?{query.urlencode()}"
