"""`make bench`: one JSON object a line on standard output, and nothing else there."""

import json
import os
import sys

import django

COUNT = 15  # requests a page and scale, after the warm-up
SCALES = ("small", "large")


def say(text):
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    from .databases import database, using  # these need Django to be set up
    from .measure import lines
    from .pages import all_pages, walk

    databases = {scale: database(scale, say) for scale in SCALES}
    say("Following the links of the small programme, for a page of each address")
    with using(databases["small"]):
        pages = all_pages(walk().opened())
    for line in lines(databases, COUNT, pages, say):
        print(json.dumps(line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
