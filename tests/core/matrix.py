from apps.core.models import record

from ..matrix import Row

EVERYBODY = "200 200 200 200 200 200 200 200 200"

ROWS = [
    Row("home", EVERYBODY),
    Row("about", "200 200 200 200 200 200 200 200 200"),
    Row("work", "302 403 200 200 200 200 200 200 200"),
    Row("administration", "302 403 403 403 403 403 200 403 200"),
    Row("more", "302 200 200 200 200 200 200 200 200"),
    Row("privacy", EVERYBODY),
    Row("accessibility", EVERYBODY),
    Row("help", EVERYBODY),
    Row("worried", EVERYBODY),
    Row("healthz", EVERYBODY),
    # No scheduler runs in the tests: the answer says so. tests/core/test_health.py has the rest.
    Row("readyz", "503 503 503 503 503 503 503 503 503"),
    #        anonymous outsider observer member secretary colead office hr admin
    Row("audit", "302 403 403 403 403 403 403 403 200"),
    Row("audit_export", "302 403 403 403 403 403 403 403 200", again=True),
    Row(
        "audit_entry",
        "302 403 403 403 403 403 403 403 200",
        lambda world: {"pk": world.audit_entry.pk},
    ),
]


def populate(world):
    world.audit_entry = record("write", world.group, by=world.staff_lead, note="A reason")
