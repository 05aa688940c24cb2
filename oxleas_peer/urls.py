"""Every address of the site; each app keeps its own list."""

from allauth.account.decorators import secure_admin_login
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import include, path

from apps.accounts import oidc
from apps.accounts.admin import leave_out
from apps.core.routes import listed

admin.site.site_header = admin.site.site_title = "Oxleas Peer administration"
admin.autodiscover()
leave_out(admin.site)
admin.site.login = secure_admin_login(admin.site.login)


def change_password(request, extra_context=None):
    """Django admin has none of its own: there is one page that counts, tells and asks again."""
    return redirect("account_change_password")


admin.site.password_change = change_password

OIDC = "accounts/oidc/<slug:provider_id>"
urlpatterns = [
    listed("apps.core.urls"),
    listed("apps.accounts.urls"),
    listed("apps.notifications.urls"),
    listed("apps.groups.urls"),
    listed("apps.meetings.urls"),
    listed("apps.taskgroups.urls"),
    listed("apps.payments.urls"),
    listed("apps.network.urls"),
    listed("apps.conversations.urls"),
    listed("apps.experience.urls"),
    listed("apps.recruitment.urls"),
    listed("apps.governance.urls"),
    listed("apps.steering.urls"),
    listed("apps.datarights.urls"),
    listed("apps.search.urls"),
    listed("apps.insight.urls"),
    listed("apps.reports.urls"),
    # allauth's own list, without the addresses it keeps for sites that are older than it.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path(f"{OIDC}/login/", openid_connect.login, name="openid_connect_login"),
    path(f"{OIDC}/login/callback/", oidc.callback, name="openid_connect_callback"),
    path("admin/", admin.site.urls),
]

handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.permission_denied"
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"
