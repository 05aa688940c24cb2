"""The person behind a session."""

from allauth.account.auth_backends import AuthenticationBackend

from .second_factor import person


class SignIn(AuthenticationBackend):
    """allauth's backend. Asks about the second factor in the query that loads the person."""

    def get_user(self, user_id):
        user = person(user_id)
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj, perm, obj=None):
        return False  # apps.core.permissions answers that

    def has_module_perms(self, user_obj, app_label):
        return False
