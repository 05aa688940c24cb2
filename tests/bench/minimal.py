"""The yardstick: about the least that a page for somebody signed in can be."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.template import Context, Template

from apps.groups.models import WorkingGroup

PAGE = Template("""<!doctype html>
<html lang="en"><title>Minimal</title>
<h1>{{ user.full_name }}</h1>
<ul>{% for row in addresses %}<li>{{ row.email }}</li>{% endfor %}</ul>
<ul>{% for row in groups %}<li>{{ row.name }}</li>{% endfor %}</ul>
<ul>{% for row in permissions %}<li>{{ row.name }}</li>{% endfor %}</ul>
</html>
""")


def minimal(request):
    """Five queries: the session, the person, and three lists of at most 25 rows."""
    context = {
        "user": request.user,
        "addresses": EmailAddress.objects.filter(user=request.user)[:25],
        "groups": WorkingGroup.objects.order_by("pk")[:25],
        "permissions": Permission.objects.order_by("pk")[:25],
    }
    return HttpResponse(PAGE.render(Context(context)))
