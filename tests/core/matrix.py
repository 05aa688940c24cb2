from tests.matrix import Row

EVERYBODY = "200 200 200 200 200 200 200 200 200"

ROWS = [
    Row("home", EVERYBODY),
    Row("privacy", EVERYBODY),
    Row("accessibility", EVERYBODY),
    Row("help", EVERYBODY),
    Row("healthz", EVERYBODY),
]
