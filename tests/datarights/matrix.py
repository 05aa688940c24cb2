"""One's own data, requests about it, and how long things are kept."""

from apps.datarights.models import DataExport, DataRequest

from ..matrix import Row

KIND = DataRequest.Kind


def populate(world):
    mine = world.actors["colead"]
    world.data_export = DataExport.ask(mine)
    world.data_request = DataRequest.ask(mine, KIND.CORRECT, "The telephone number")
    world.data_in_hand = DataRequest.ask(mine, KIND.OBJECT, "The digest")
    world.data_in_hand.move("take", by=world.actors["admin"])
    world.data_erasure = DataRequest.ask(world.staff_lead, KIND.ERASE)
    world.data_erasure.move("take", by=world.actors["admin"])


def of(name):
    return lambda world: {"reference": getattr(world, name).reference}


def move(request, name):
    return lambda world: {"reference": getattr(world, request).reference, "name": name}


SIGNED_IN = "302 200 200 200 200 200 200 200 200"
ADMIN_ONLY = "302 403 403 403 403 403 403 403 200"
#        anonymous outsider observer member secretary colead office hr admin
ROWS = [
    Row("data_rights", SIGNED_IN),
    Row("consents", SIGNED_IN),
    Row("data_copy", "302 302 302 302 302 302 302 302 302", note="asks again who it is"),
    Row("data_copy", SIGNED_IN, again=True),
    Row(
        "data_copy_file",
        "302 404 404 404 404 404 404 404 404",
        lambda world: {"pk": world.data_export.pk},
    ),
    Row("data_request_ask", SIGNED_IN),
    Row("data_request_ask", "302 422 422 422 422 422 422 422 422", method="post"),
    Row(
        "data_request_ask",
        "302 302 302 302 302 302 302 302 302",
        method="post",
        data=lambda world: {"kind": "erase"},
        note="with a kind",
    ),
    Row(
        "data_request_for",
        "302 404 404 404 404 404 403 404 200",
        lambda world: {"pk": world.staff_lead.pk},
    ),
    Row("data_requests", ADMIN_ONLY),
    Row("data_request", "302 404 404 404 404 200 404 404 200", of("data_request")),
    Row(
        "data_request", "302 404 404 404 404 404 404 404 200", of("data_erasure"), note="an erasure"
    ),
    Row(
        "data_request_erase", "302 404 404 404 404 404 404 404 200", of("data_erasure"), again=True
    ),
    Row(
        "data_request_erase",
        "302 404 404 404 404 403 404 404 404",
        of("data_request"),
        note="not an erasure",
        again=True,
    ),
    Row(
        "data_request_erase",
        "302 404 404 404 404 404 404 404 422",
        of("data_erasure"),
        method="post",
        note="without the reference",
        again=True,
    ),
    Row("retention", "200 200 200 200 200 200 200 200 200"),
]

MOVES = {
    DataRequest: {
        "take": Row(
            "data_request_move",
            "302 404 404 404 404 403 404 404 302",
            move("data_request", "take"),
            method="post",
        ),
        "settle": Row(
            "data_request_move",
            "302 404 404 404 404 403 404 404 302",
            move("data_in_hand", "settle"),
            method="post",
            data=lambda world: {"note": "Done."},
        ),
        "refuse": Row(
            "data_request_move",
            "302 404 404 404 404 403 404 404 302",
            move("data_in_hand", "refuse"),
            method="post",
            data=lambda world: {"note": "No."},
        ),
        "withdraw": Row(
            "data_request_move",
            "302 404 404 404 404 302 404 404 403",
            move("data_in_hand", "withdraw"),
            method="post",
        ),
        "erase": Row(
            "data_request_erase",
            "302 404 404 404 404 404 404 404 302",
            of("data_erasure"),
            method="post",
            data=lambda world: {"typed": world.data_erasure.reference},
            again=True,
        ),
    }
}
