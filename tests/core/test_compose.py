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


def test_only_nginx_can_be_reached_from_outside():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    assert COMPOSE["networks"]["back"] == {"internal": True}
    for name in ("db", "redis"):
        assert SERVICES[name]["networks"] == ["back"]


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
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
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
