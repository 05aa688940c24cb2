from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.invitations import Invitation
from apps.accounts.models.put_off import PutOff
from apps.accounts.models.role_changes import RoleChange
from apps.accounts.models.sides import SideChange
from apps.accounts.models.support import ShareWith, SupportProfile
from apps.accounts.roles import ADMIN, HR

from ..factories import UserFactory, programme_user
from ..matrix import Row, of

EVERYBODY = "200 200 200 200 200 200 200 200 200"
SIGNED_IN = "302 200 200 200 200 200 200 200 200"
# Pages on the way in: those who are in already are led to where they wanted to go.
ENTRANCE = "200 302 302 302 302 302 302 302 302"
REDIRECT = "302 302 302 302 302 302 302 302 302"
NOWHERE = "404 404 404 404 404 404 404 404 404"
NOT_MINE = "302 404 404 404 404 404 404 404 404"
# Nobody here has a password. Whoever has an authenticator app is asked for its code before anything
# changes, and everybody else for one that is sent by e-mail.
#            anon outs obse memb secr cole offi hr   admi
WITH_APP = "302 404 404 302 302 302 302 302 302"
WITHOUT_APP = "302 200 200 302 302 302 302 302 302"
BY_CODE = "302 302 302 200 200 200 200 200 200"


#             anon outs obse memb secr cole offi hr   admi
OFFICE_DOES = "302 403 403 403 403 403 200 403 403"
OFFICE_SEES = "302 404 404 404 404 404 200 404 404"
PEOPLE = "302 403 403 403 403 403 200 403 200"
PERSON = "302 404 404 404 404 404 200 404 200"
PERSON_OFFICE = "302 404 404 404 404 404 200 404 403"
PERSON_BOTH = "302 404 404 404 404 404 200 404 200"
PERSON_ADMIN = "302 404 404 404 404 404 403 404 200"
OFFICE_MOVES = "302 404 404 404 404 404 302 404 404"
DEAD = "410 410 410 410 410 410 410 410 410"


def populate(world):
    world.support = SupportProfile.objects.create(
        user=world.actors["member"], share_with=ShareWith.NOBODY
    )
    world.put_off = PutOff.objects.create(
        user=world.actors["member"], key="of a test", title="Something"
    )
    world.person = UserFactory()
    world.closed = UserFactory(is_active=False)
    world.side = SideChange.objects.create(
        user=world.actors["member"],
        before=world.actors["member"].constituency,
        after="staff" if world.actors["member"].constituency != "staff" else "partner",
        asked_by=world.actors["office"],
    )
    world.address = AddressChange.objects.create(
        user=world.actors["member"],
        before=world.actors["member"].email,
        address="other@test.example",
        reason="They lost it.",
        asked_by=programme_user(ADMIN),  # this member sits on a panel: the office alone cannot
    )
    world.role = RoleChange.objects.create(
        user=world.actors["outsider"], role=HR, reason="New.", asked_by=programme_user(ADMIN)
    )
    world.invitations = {
        state: Invitation.objects.create(
            email=f"{state}@test.example",
            full_name="Somebody",
            constituency="partner",
            invited_by=world.actors["office"],
            state=state,
        )
        for state in ("waiting", "partly")
    }


def provider(world):
    return {"provider_id": "nobody"}


def some_key(world):
    return {"pk": 1_000_000}


def person(world):
    return {"pk": world.person.pk}


def side(world):
    return {"pk": world.side.pk}


def address(world):
    return {"pk": world.address.pk}


def role(world):
    return {"pk": world.role.pk}


def of_two(url, thing, name, expect):
    """A move of what takes two people."""
    return Row(
        url,
        expect,
        args=lambda world: thing(world) | {"name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
        again=True,
    )


def of_side(name, expect):
    return Row(
        "side_change_move",
        expect,
        args=lambda world: side(world) | {"name": name},
        method="post",
        note=name,
    )


def move(name, state):
    return Row(
        "invitation_move",
        OFFICE_MOVES,
        args=lambda world: {"pk": world.invitations[state].pk, "name": name},
        method="post",
    )


ROWS = [
    Row("put_offs", "302 200 200 200 200 200 200 200 200"),
    # Nothing of the world waits for nobody else: that it opens is seen in test_put_off.py.
    Row("put_off_add", "302 404 404 404 404 404 404 404 404"),
    Row("put_back", "302 404 404 302 404 404 404 404 404", of("put_off"), method="post"),
    Row("profile", SIGNED_IN),
    Row("profile_edit", SIGNED_IN),
    Row("side_change", "302 404 404 200 404 404 200 404 404", args=side),
    Row(
        "side_change_move",
        "302 404 404 200 404 404 403 404 404",
        args=lambda world: side(world) | {"name": "confirm"},
    ),
    Row("second_factor", SIGNED_IN),
    Row("sign_ins", SIGNED_IN),
    Row("still_here", SIGNED_IN),
    Row(
        "second_factor",
        "302 302 302 302 302 302 302 302 302",
        method="post",
        note="put off",
    ),
    Row("second_factor_sheet", WITHOUT_APP, again=True),
    Row("support_profile", SIGNED_IN),
    Row("support_shared", SIGNED_IN),
    Row(
        "support_profile_of",
        "302 404 404 200 404 404 404 404 404",
        args=lambda world: {"user": world.support.user_id},
        note="kept to oneself",
    ),
    # --- people and invitations
    Row("confidence", EVERYBODY),
    Row("confidence", "302 302 302 302 302 302 302 302 302", method="post"),
    Row("welcome", SIGNED_IN),
    Row("invitation_open", NOWHERE, args=lambda world: {"token": "forged"}),
    Row("invitation_accept", DEAD, note="without a link"),
    Row("people", PEOPLE),
    Row("people_invite", OFFICE_DOES),
    Row("people_import", OFFICE_DOES),
    Row("people_import_template", OFFICE_DOES),
    Row(
        "people_import_confirm",
        "302 403 403 403 403 403 409 403 403",
        method="post",
        note="nothing was uploaded",
    ),
    Row("invitations", OFFICE_DOES),
    Row(
        "invitation",
        OFFICE_SEES,
        args=lambda world: {"pk": world.invitations["waiting"].pk},
    ),
    Row("person", PERSON, args=person),
    Row("person_change", PERSON_OFFICE, args=person),
    Row("person_address", PERSON_BOTH, args=person, again=True),
    Row("address_change", "302 404 404 200 404 404 200 404 200", args=address),
    Row(
        "address_change_move",
        "302 404 404 403 404 404 200 404 200",
        args=lambda world: address(world) | {"name": "confirm"},
        again=True,
    ),
    Row("role_change", "302 200 404 404 404 404 200 404 200", args=role),
    Row(
        "role_change_move",
        "302 403 404 404 404 404 200 404 200",
        args=lambda world: role(world) | {"name": "confirm"},
        again=True,
    ),
    Row("person_sign_out", PERSON_BOTH, args=person, again=True),
    Row("person_close", PERSON_BOTH, args=person, again=True),
    Row("person_reopen", PERSON_BOTH, args=lambda world: {"pk": world.closed.pk}, again=True),
    Row("person_second_factor", PERSON_ADMIN, args=person, again=True),
    # --- allauth: in and out
    Row("account_login", ENTRANCE),
    Row("account_request_login_code", ENTRANCE),
    Row("account_confirm_login_code", REDIRECT, note="no code was asked for"),
    Row("account_signup", ENTRANCE),
    Row("account_logout", SIGNED_IN),
    Row("account_inactive", EVERYBODY),
    Row("account_reset_password", EVERYBODY),
    Row("account_confirm_password_reset_code", REDIRECT, note="no code was asked for"),
    Row("account_complete_password_reset", REDIRECT, note="no code was entered"),
    Row("account_password_reset_completed", EVERYBODY),
    Row("account_email_verification_sent", REDIRECT, note="no code was asked for"),
    Row("mfa_login_webauthn", REDIRECT),
    Row("mfa_authenticate", REDIRECT, note="not half-way in"),
    # --- allauth: one's own sign-in
    Row("account_email", SIGNED_IN),
    Row("account_change_password", REDIRECT, note="without a password"),
    Row("account_set_password", REDIRECT, note="asks again who it is"),
    Row("account_set_password", SIGNED_IN, again=True),
    Row("account_reauthenticate", REDIRECT),
    Row("reauthenticate_by_code", WITHOUT_APP),
    Row("usersessions_list", SIGNED_IN),
    Row("mfa_index", SIGNED_IN),
    Row("mfa_activate_totp", REDIRECT, note="asks again who it is"),
    Row("mfa_activate_totp", WITHOUT_APP, again=True),
    Row("mfa_deactivate_totp", WITH_APP),
    Row("mfa_list_webauthn", SIGNED_IN),
    Row("mfa_add_webauthn", REDIRECT, note="asks again who it is"),
    Row("mfa_add_webauthn", SIGNED_IN, again=True),
    Row("mfa_edit_webauthn", REDIRECT, args=some_key),
    Row("mfa_remove_webauthn", REDIRECT, args=some_key),
    Row("mfa_reauthenticate", BY_CODE),
    Row("mfa_reauthenticate_webauthn", REDIRECT),
    Row("mfa_view_recovery_codes", NOT_MINE),
    Row("mfa_generate_recovery_codes", REDIRECT, note="asks again who it is"),
    Row("mfa_generate_recovery_codes", SIGNED_IN, again=True),
    Row("mfa_download_recovery_codes", NOT_MINE),
    # --- allauth: single sign-on, which is not configured here
    Row("socialaccount_connections", SIGNED_IN),
    Row("socialaccount_login_cancelled", EVERYBODY),
    Row("socialaccount_login_error", "302 401 401 401 401 401 401 401 401"),
    Row("socialaccount_signup", REDIRECT),
    Row("openid_connect_login", NOWHERE, args=provider),
    Row("openid_connect_callback", NOWHERE, args=provider),
]

MOVES = {
    AddressChange: {
        name: of_two("address_change_move", address, name, expect)
        for name, expect in {
            "confirm": "302 404 404 403 404 404 302 404 302",
            "stop": "302 404 404 302 404 404 302 404 302",
        }.items()
    },
    RoleChange: {
        name: of_two("role_change_move", role, name, expect)
        for name, expect in {
            "confirm": "302 403 404 404 404 404 302 404 302",
            "decline": "302 403 404 404 404 404 302 404 302",
            "take_back": "302 403 404 404 404 404 403 404 302",
        }.items()
    },
    SideChange: {
        "confirm": of_side("confirm", "302 404 404 302 404 404 403 404 404"),
        "decline": of_side("decline", "302 404 404 302 404 404 403 404 404"),
        "take_back": of_side("take_back", "302 404 404 403 404 404 302 404 404"),
    },
    Invitation: {
        "resend": move("resend", "waiting"),
        "revoke": move("revoke", "waiting"),
        "settle": move("settle", "partly"),
    },
}
KEPT_OUT = {"Letter": "sealed: it may hold a code"}
