from django.urls import path

from apps.core.views import MoveView

from .models.addresses import AddressChange
from .models.invitations import Invitation
from .models.role_changes import RoleChange
from .models.sides import SideChange
from .views import again, changes, joining, people, profile, put_off

urlpatterns = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("profile/edit/", profile.ProfileEdit.as_view(), name="profile_edit"),
    path("profile/support/", profile.SupportEdit.as_view(), name="support_profile"),
    path("profile/support/shared/", profile.SupportShared.as_view(), name="support_shared"),
    path("profile/side/<int:pk>/", changes.SideChangePage.as_view(), name="side_change"),
    path(
        "profile/side/<int:pk>/<slug:name>/",
        MoveView.as_view(model=SideChange),
        name="side_change_move",
    ),
    path("put-off/", put_off.PutOffs.as_view(), name="put_offs"),
    path("put-off/new/", put_off.PutOffAdd.as_view(), name="put_off_add"),
    path("put-off/<int:pk>/back/", put_off.put_back, name="put_back"),
    path("confidence/", profile.Limits.as_view(), name="confidence"),
    path("profile/second-factor/", profile.SecondFactor.as_view(), name="second_factor"),
    path("profile/sign-ins/", profile.SignIns.as_view(), name="sign_ins"),
    path("profile/still-here/", profile.still_here, name="still_here"),
    path(
        "profile/second-factor/sheet/",
        profile.SecondFactorSheet.as_view(),
        name="second_factor_sheet",
    ),
    path("profile/again/", again.ReauthenticateByCode.as_view(), name="reauthenticate_by_code"),
    # Before allauth's own, which asks nobody again.
    path("accounts/sessions/", profile.Sessions.as_view(), name="usersessions_list"),
    path("welcome/", joining.AccountWelcome.as_view(), name="welcome"),
    path("invitation/", joining.AcceptInvitation.as_view(), name="invitation_accept"),
    path("invitation/<str:token>/", joining.open_invitation, name="invitation_open"),
    path("people/", people.People.as_view(), name="people"),
    path("people/invite/", people.InvitePerson.as_view(), name="people_invite"),
    path("people/import/", people.ImportPeople.as_view(), name="people_import"),
    path("people/import/confirm/", people.ConfirmImport.as_view(), name="people_import_confirm"),
    path("people/import/template/", people.ImportTemplate.as_view(), name="people_import_template"),
    path("people/invitations/", people.Invitations.as_view(), name="invitations"),
    path("people/invitations/<int:pk>/", people.InvitationDetail.as_view(), name="invitation"),
    path(
        "people/invitations/<int:pk>/<slug:name>/",
        MoveView.as_view(model=Invitation),
        name="invitation_move",
    ),
    path("people/addresses/<int:pk>/", changes.AddressChangePage.as_view(), name="address_change"),
    path(
        "people/addresses/<int:pk>/<slug:name>/",
        MoveView.as_view(model=AddressChange, asks_again=("confirm",)),
        name="address_change_move",
    ),
    path("people/roles/<int:pk>/", changes.RoleChangePage.as_view(), name="role_change"),
    path(
        "people/roles/<int:pk>/<slug:name>/",
        MoveView.as_view(model=RoleChange, asks_again=("confirm",)),
        name="role_change_move",
    ),
    path("people/<int:pk>/", people.PersonPage.as_view(), name="person"),
    path("people/<int:pk>/change/", people.PersonChange.as_view(), name="person_change"),
    path("people/<int:pk>/sign-out/", people.SignOutPerson.as_view(), name="person_sign_out"),
    path("people/<int:pk>/close/", people.ClosePerson.as_view(), name="person_close"),
    path("people/<int:pk>/reopen/", people.ReopenPerson.as_view(), name="person_reopen"),
    path(
        "people/<int:pk>/second-factor/",
        people.RemoveSecondFactor.as_view(),
        name="person_second_factor",
    ),
    path("people/<int:pk>/address/", people.AskForAddress.as_view(), name="person_address"),
    path("people/<int:user>/support/", profile.SupportRead.as_view(), name="support_profile_of"),
]
