"""docker-compose.yml and what goes with it: no secret, nobody special, everything watched."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


def environment(text):
    """The names set in an .env file, commented out or not."""
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_runs_as_nobody_special_on_a_read_only_disk(name):
    service = SERVICES[name]
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched(name):
    """The web container's own check is in the Dockerfile."""
    watched = (
        SERVICES[name].get("healthcheck") or "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    )
    assert watched
    assert name == "migrate" or SERVICES[name]["restart"] == "unless-stopped"


def test_only_migrate_owns_the_tables():
    """What serves pages and runs tasks has neither the owner's address nor its password."""
    ours = {name: one["environment"] for name, one in SERVICES.items() if "build" in one}
    assert {name for name, given in ours.items() if given["DATABASE_OWNER_URL"]} == {"migrate"}
    assert ours.keys() == {"migrate", "web", "worker", "beat"}
    for given in ours.values():
        assert given["POSTGRES_PASSWORD"] == ""
        assert given["DATABASE_URL"].startswith("postgres://peer_site:")


def test_the_worker_alone_opens_equality_answers():
    given = {name: one["environment"] for name, one in SERVICES.items() if "build" in one}
    keys = {name: one["MONITORING_PRIVATE_KEY"] for name, one in given.items()}
    assert {name for name, key in keys.items() if key} == {"worker"}
    others = [one for name, one in SERVICES.items() if name not in given]
    assert all("MONITORING_PRIVATE_KEY" not in one.get("environment", {}) for one in others)
    assert all("env_file" not in one for one in others)


def test_only_nginx_can_be_reached_from_outside():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    assert COMPOSE["networks"]["back"] == {"internal": True}
    for name in ("db", "redis"):
        assert SERVICES[name]["networks"] == ["back"]


def test_the_database_logs_no_row():
    """A refused row's values are in PostgreSQL's DETAIL and STATEMENT lines, unless told not to."""
    told = SERVICES["db"]["command"]
    assert told[0] == "postgres"
    assert {"log_min_error_statement=panic", "log_error_verbosity=terse"} <= set(told[2::2])
    assert set(told[1::2]) == {"-c"}


def test_what_the_site_may_in_the_queue_changes_copies_and_stops_no_server():
    command = SERVICES["redis"]["command"][-1]
    assert """--user default on '~*' '&*' +@all -@admin ">$$REDISCLI_AUTH\"""" in command


def test_every_volume_and_network_is_declared():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert {name for name in used if name[0] not in "./$"} == set(COMPOSE["volumes"])
    networks = {name for service in SERVICES.values() for name in service["networks"]}
    assert networks == set(COMPOSE["networks"])


def test_no_secret_is_in_the_file_and_every_variable_is_explained():
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert asked - environment(example) - {"VERSION", "HTTP_PORT", "HTTPS_PORT"} == set()
    for line in text.splitlines():
        if re.search(r"PASSWORD|SECRET|REDISCLI_AUTH:", line):
            assert "$" in line, line
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "POSTGRES_SITE_PASSWORD", "REDIS_PASSWORD"):
        assert re.search(rf"^{name}=$", example, re.MULTILINE)


def test_the_image_holds_what_the_project_runs_and_nothing_else():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert "!.env" not in ignored
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignored, source
    assert set(" ".join(copied).split()) == {
        *("package.json", "package-lock.json", "requirements.lock", "manage.py"),
        *("docker/gunicorn.py", "docker/healthcheck.py", "static", "templates"),
        *("oxleas_peer", "apps"),
    }
    assert {one[1:] for one in ignored if one.startswith("!")} == set(" ".join(copied).split())


def read_somewhere():
    """The names of variables that the settings, the compose file or gunicorn's file ask for."""
    found = set()
    for path in [*(ROOT / "oxleas_peer" / "settings").glob("*.py"), ROOT / "docker/gunicorn.py"]:
        found |= set(re.findall(r"""(?:env|environ)[\w.]*\(\s*"([A-Z_]+)""", path.read_text()))
    text = (ROOT / "docker-compose.yml").read_text()
    return found | set(re.findall(r"\$\{([A-Z_]+)", text))


def test_every_setting_of_the_example_does_something_and_is_explained():
    read = read_somewhere()
    operations = (ROOT / "docs/operations.md").read_text()
    assert environment((ROOT / ".env.example").read_text()) - read == set()
    unexplained = {name for name in read if f"`{name}" not in operations}
    assert {name for name in unexplained if not name.startswith(("OIDC_", "DEBUG"))} == set()


def test_a_port_of_ones_own_reaches_the_site_and_breaks_no_form():
    """Django compares a form's origin with the host that it was sent to, port and all."""
    nginx = (ROOT / "docker/nginx.conf").read_text()
    assert "proxy_set_header Host $http_host;" in nginx
    assert "return 308 $site$request_uri;" in nginx
    assert "${SITE_URL}" in (ROOT / "docker/templates/site.conf.template").read_text()
    nginx = SERVICES["nginx"]
    assert "./docker/templates:/etc/nginx/templates:ro" in nginx["volumes"]
    assert nginx["environment"]["NGINX_ENVSUBST_OUTPUT_DIR"] == "/tmp"  # noqa: S108 - a tmpfs


def test_no_setting_names_a_service_that_is_not_there():
    example = (ROOT / ".env.example").read_text()
    hosts = re.findall(r"^#?[A-Z_]+=(?:\w+://)?([a-z]+):\d+$", example, re.MULTILINE)
    assert set(hosts) <= SERVICES.keys()
