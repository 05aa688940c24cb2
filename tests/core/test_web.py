"""What browsers and the machines in between are told, here and by what stands in front."""

import base64
import json
import os
import re
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.socialaccount.adapter import get_adapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from apps.accounts.adapters import MFAAdapter
from apps.core.middleware import MethodsMiddleware

from ..factories import UserFactory
from .test_production import RIGHT

ROOT = Path(__file__).resolve().parents[2]
NGINX = (ROOT / "docker/nginx.conf").read_text()
PUBLIC = ["/", "/jobs/", "/jobs/feed/", "/practice.csv", "/healthz", "/nowhere/", "/profile"]


# --- each answer ----------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_each_answer_says_what_it_is_and_what_a_browser_may_do_with_it(client, path):
    answer = client.get(path)
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert re.fullmatch(r"[a-z]+/[a-z.+-]+; charset=utf-8", answer["Content-Type"])
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert "Server" not in answer.headers


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "DELETE", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/help/", "/accounts/login/"])
def test_a_method_that_the_site_does_not_have_is_refused(client, method, path):
    answer = client.generic(method, path)
    assert (answer.status_code, answer["Allow"]) == (405, ", ".join(MethodsMiddleware.TAKEN))
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
def test_a_form_from_elsewhere_changes_nothing():
    user = UserFactory(full_name="Jo Marsh")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user, "apps.accounts.backends.SignIn")
    answer = strict.post(
        "/profile/edit/", {"full_name": "Another"}, headers={"Origin": "https://a.example"}
    )
    assert answer.status_code == 403
    user.refresh_from_db()
    assert user.full_name == "Jo Marsh"


@pytest.mark.django_db
def test_after_signing_in_nobody_is_led_to_another_site(client):
    client.force_login(UserFactory(), "apps.accounts.backends.SignIn")
    for address in ("https://a.example/", "//a.example/", "javascript:alert(1)"):
        assert client.get(reverse("account_login"), {"next": address})["Location"] == "/"


def test_no_page_of_ours_builds_html_or_code_from_text_in_the_browser():
    made = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    found = [
        path.name for path in (ROOT / "static/js").glob("*.js") if made.search(path.read_text())
    ]
    assert found == []


def test_pages_take_messages_from_their_own_site_alone():
    """BroadcastChannel reaches one origin; nothing listens to other windows."""
    scripts = "".join(path.read_text() for path in (ROOT / "static/js").glob("*.js"))
    assert "BroadcastChannel(" in scripts
    assert re.findall(r"""(\w+)\.addEventListener\(\s*["']message["']""", scripts) == ["tabs"]
    assert not re.search(r"onmessage|\.opener\b|serviceWorker|new WebSocket", scripts)


# --- production -----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def production():
    """Settings as the site has them for real people."""
    names = {*RIGHT, "DEBUG", "CACHE_URL", "TRUSTED_PROXY_COUNT"}
    clean = {key: value for key, value in os.environ.items() if key not in names}
    code = (
        "import json; from oxleas_peer.settings import production as made;"
        "print(json.dumps({name: value for name in dir(made) if name.isupper()"
        " and isinstance(value := getattr(made, name), str | int | list | None)}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean | RIGHT, capture_output=True, check=True
    )
    return json.loads(done.stdout)


def test_each_cookie_is_of_this_host_alone_and_no_script_reads_it(production):
    for name in ("SESSION", "CSRF"):
        assert production[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert production[f"{name}_COOKIE_SECURE"] is True
        assert production[f"{name}_COOKIE_HTTPONLY"] is True
        assert f"{name}_COOKIE_DOMAIN" not in production
        assert f"{name}_COOKIE_PATH" not in production  # Django's own is /
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert production["DEVICE_COOKIE_NAME"].startswith("__Host-")
    text = (ROOT / "apps/accounts/devices.py").read_text()
    for flag in ("httponly=True", "secure=settings.SESSION_COOKIE_SECURE", 'samesite="Lax"'):
        assert flag in text
    others = [
        path
        for path in (ROOT / "apps").rglob("*.py")
        if "set_cookie(" in path.read_text() or "set_signed_cookie(" in path.read_text()
    ]
    assert [path.name for path in others] == ["devices.py"]


def test_browsers_insist_on_tls_for_a_year_and_below(production):
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True


def test_production_shows_nothing_of_itself(production):
    assert production["DEBUG"] is False
    assert not any("debug" in name.lower() for name in production["INSTALLED_APPS"])
    assert "django.contrib.admindocs" not in production["INSTALLED_APPS"]
    assert "USE_X_FORWARDED_HOST" not in production
    assert "USE_X_FORWARDED_PORT" not in production


def test_static_files_carry_the_same_headers_and_are_for_this_site_alone(production):
    """Whatever stands before WhiteNoise sees its answers."""
    order = production["MIDDLEWARE"]
    static = order.index("whitenoise.middleware.WhiteNoiseMiddleware")
    for name in (
        "apps.core.middleware.BrowserPolicyMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.security.SecurityMiddleware",
    ):
        assert order.index(name) < static
    assert production["WHITENOISE_ALLOW_ALL_ORIGINS"] is False


def test_whom_the_site_asks_over_tls_must_show_a_good_certificate():
    letters = EmailBackend(host="mail.example", use_tls=True).ssl_context
    assert (letters.verify_mode, letters.check_hostname) == (ssl.CERT_REQUIRED, True)
    with get_adapter().get_requests_session() as session:
        assert session.verify is True


def test_what_was_encrypted_and_then_changed_is_refused():
    """Secrets of second factors, and equality answers."""

    def changed(sealed):
        return sealed[:-5] + bytes([sealed[-5] ^ 1]) + sealed[-4:]

    kept = base64.urlsafe_b64decode(MFAAdapter().encrypt("secret"))
    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(base64.urlsafe_b64encode(changed(kept)).decode())
    key = PrivateKey.generate()
    with pytest.raises(CryptoError):
        SealedBox(key).decrypt(changed(SealedBox(key.public_key).encrypt(b"answers")))


def test_passwords_are_hashed_as_slowly_as_is_advised(production):
    """OWASP's Password Storage Cheat Sheet: PBKDF2 with SHA-256, 600,000 times."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    assert "PASSWORD_HASHERS" not in production  # Django's own, whose first is this one
    assert (PBKDF2PasswordHasher.algorithm, PBKDF2PasswordHasher.iterations >= 600_000) == (
        "pbkdf2_sha256",
        True,
    )


def test_nothing_is_taken_from_another_program_as_objects_of_python(production):
    """Celery's messages and sessions are JSON."""
    from oxleas_peer.celery import app

    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == "json"
    assert "SESSION_SERIALIZER" not in production  # Django's own is JSON


# --- gunicorn -------------------------------------------------------------------------------------
def gunicorn():
    config = Config()
    made = {}
    exec((ROOT / "docker/gunicorn.py").read_text(), made)  # noqa: S102 - our own file
    for name, value in made.items():
        if name in config.settings:
            config.set(name, value)
    return config


def asked(*lines):
    text = "\r\n".join(("POST / HTTP/1.1", "Host: a", *lines, "", "")).encode()
    return next(RequestParser(gunicorn(), iter([text]), ("127.0.0.1", 1)))


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
        ("Content-Length: 4", "Content-Length: 5"),
        ("Content-Length: +4",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding : chunked",),
    ],
)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused(lines):
    with pytest.raises(ParseException):
        asked(*lines)


def test_a_head_that_is_too_long_is_refused():
    with pytest.raises(LimitRequestHeaders):
        asked(*(f"X-{number}: 1" for number in range(200)))
    with pytest.raises(LimitRequestHeaders):
        asked("X: " + "a" * 9000)
    with pytest.raises(LimitRequestLine):
        next(
            RequestParser(
                gunicorn(), iter([b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n"]), ("::1", 1)
            )
        )


def test_a_header_cannot_be_written_twice_under_two_names():
    """X_Forwarded_For would reach Django as X-Forwarded-For does."""
    headers = dict(asked("X_Forwarded_For: 9.9.9.9").headers)
    assert headers == {"HOST": "a"}


# --- nginx ----------------------------------------------------------------------------------------
def test_tls_is_new_and_what_it_uses_is_strong():
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in NGINX
    [suites] = re.findall(r"ssl_ciphers (\S+);", NGINX)
    for suite in suites.split(":"):
        assert suite.startswith("ECDHE-")
        assert "GCM" in suite or "CHACHA20" in suite
    assert "AES256-GCM" in suites.split(":")[0]
    assert "ssl_prefer_server_ciphers on;" in NGINX


def test_what_nginx_answers_itself_is_guarded_like_the_sites_own_answers():
    for name in (
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "Content-Security-Policy",
        "Referrer-Policy",
    ):
        assert re.search(rf"add_header {name} \$own_\w+ always;", NGINX)
    assert NGINX.count("add_header") == 4  # one in a location would undo them there
    assert "frame-ancestors 'none'" in NGINX
    assert "includeSubDomains" in (ROOT / "docker/templates/site.conf.template").read_text()
    assert "charset utf-8;" in NGINX


def test_visitors_set_no_header_that_the_site_believes(production):
    assert production["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1  # with more, a visitor writes what counts
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto https;" in NGINX
    assert "underscores_in_headers" not in NGINX


def test_nginx_lists_no_folder_names_no_version_and_takes_no_other_method():
    assert "autoindex" not in NGINX
    assert "server_tokens off;" in NGINX
    assert "$request_method !~ ^(GET|HEAD|OPTIONS|POST)$" in NGINX


def test_a_program_that_asks_without_tls_is_not_led_on():
    [plain] = re.findall(r"listen 8080;.*?listen 8443", NGINX, re.DOTALL)
    pattern = re.search(r"location ~ (\S+) \{\s+return 403;", plain)[1]
    assert re.match(pattern, reverse("calendar_feed", args=["secret"]))
    assert re.match(pattern, reverse("jobs_feed"))
    assert not re.match(pattern, "/jobs/")
    assert not re.match(pattern, reverse("calendar"))  # a page, for browsers
