from tests.matrix import Row

EVERYBODY = "200 200 200 200 200 200 200 200 200"

ROWS = [
    Row("home", EVERYBODY),
    Row("privacy", EVERYBODY),
    Row("accessibility", EVERYBODY),
    Row("help", EVERYBODY),
    Row("healthz", EVERYBODY),
    # No scheduler runs in the tests: the answer says so. tests/core/test_health.py has the rest.
    Row("readyz", "503 503 503 503 503 503 503 503 503"),
]
