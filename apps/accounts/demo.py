"""The people of the demonstration programme. Nobody here exists."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from apps.core.demo import PASSWORD, DemoSignIn

from . import roles
from .models.people import LIMITS, Constituency, Department, User

LIVED, STAFF, PARTNER = Constituency
SMALL, LARGE = 60, 5000

# Sign-in, full name, side, department, programme-wide role, what to say of it
NAMED = [
    ("peer", "Amara Osei", LIVED, "", "", "a peer: a member of a task group and the network"),
    (
        "sponsor",
        "Daniel Whitfield",
        STAFF,
        Department.CLINICAL,
        "",
        "a sponsor: staff in the network",
    ),
    ("peercolead", "Joanne Pryce", LIVED, "", "", "co-lead of a task group, lived experience"),
    (
        "staffcolead",
        "Martin Adeyemi",
        STAFF,
        Department.OPERATIONAL,
        "",
        "co-lead of a task group, staff",
    ),
    (
        "steering",
        "Ruth Calloway",
        STAFF,
        Department.CLINICAL,
        "",
        "co-lead of the steering group, staff",
    ),
    ("hr", "Priya Nair", STAFF, Department.HR, roles.HR, "Human Resources"),
    ("panelpeer", "Leon Baptiste", LIVED, "", "", "a peer who sits on panels"),
    ("comms", "Sophie Lindqvist", STAFF, Department.COMMS, roles.COMMS, "Communications"),
    (
        "equality",
        "Kwame Boateng",
        STAFF,
        Department.EQUALITY,
        roles.EQUALITY,
        "Equality and Human Rights",
    ),
    ("office", "Helen Marsh", STAFF, Department.OTHER, roles.OFFICE, "the programme office"),
    ("candidate", "Tom Ferreira", LIVED, "", "", "somebody who looks for a post: in no group"),
    ("admin", "Grace Okafor", STAFF, Department.OTHER, roles.ADMIN, "an administrator"),
]

SIGN_INS = [DemoSignIn(f"{name}@demo.example", what) for name, *_, what in NAMED]

FIRST = """
Aisha Alan Alice Amina Andrew Anita Anthony Beatriz Ben Bola Brian Carmen Carol Charlotte Chidi
Claire Colin David Deborah Delroy Diane Eleanor Emeka Emma Eva Farah Fiona Florence Gareth Gemma
George Gloria Hannah Harpreet Hassan Ian Imran Ines Jacob Janet Jasmine Jerome Joy Karen Kemi
Kevin Lakshmi Laura Lee Liam Lorraine Lucy Manjit Marcus Margaret Maria Maya Michael Mina Nadia
Natalie Nathan Neil Nikhil Olive Owen Pamela Patrick Paul Pauline Philip Rachel Ravi Rebecca
Robert Rosa Sadia Samuel Sandra Sean Shanice Simon Stella Sunita Susan Tariq Teresa Theo Tunde
Uche Valerie Vikram Wendy Winston Yasmin Yusuf Zainab Zoe
"""
LAST = """
Abbott Achebe Ahmed Allen Andrade Asante Bailey Banerjee Barker Begum Bello Bennett Blake Brown
Bryant Campbell Carter Chan Chaudhry Clarke Coleman Cooper Costa Cox Davies Dias Doyle Edwards
Ekwueme Ellis Evans Fernando Fletcher Foster Fraser Gayle Gill Gordon Grant Green Hall Hamilton
Harris Hayes Hill Hughes Hussain Ibrahim Jackson James Johnson Jones Joseph Kamara Kaur Kelly
Khan King Kumar Lambert Lawson Lewis Lopez Mahmood Malik Marshall Mensah Miller Mitchell Moore
Morgan Murphy Nwosu Ogunleye Oliver Palmer Parker Patel Pereira Phillips Powell Rahman Reid
Richards Roberts Rose Santos Scott Shah Sharma Silva Simpson Singh Smith Stewart Sutton Taylor
Thomas Turner Walker Ward Watson White Williams Wright Young
"""


def load(world):
    """Sixty people, or five thousand: the twelve who sign in, and others of every side.

    Leaves ``world.people`` (in order), ``world.person`` (by the name before the @) and
    ``world.office``, on whose authority the rest is done.
    """
    world.goto(world.ago(750))
    roles.sync_programme_roles()
    password = make_password(PASSWORD, salt="demonstration")
    people = [
        _person(world, password, name, full_name, side, department, known_as="")
        for name, full_name, side, department, _, _ in NAMED
    ]
    people += _others(world, password, (LARGE if world.large else SMALL) - len(people))
    User.objects.bulk_create(people, batch_size=500)
    world.people = list(User.objects.order_by("pk"))
    world.person = {user.email.split("@")[0]: user for user in world.people}
    world.office = world.person["office"]
    EmailAddress.objects.bulk_create(
        (
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in world.people
        ),
        batch_size=500,
    )
    for name, _, _, _, role, _ in NAMED:
        if role:
            world.person[name].groups.add(Group.objects.get(name=role))
    User.objects.filter(email="admin@demo.example").update(is_staff=True)


def _person(world, password, name, full_name, side, department, known_as):
    return User(
        email=f"{name}@demo.example",
        full_name=full_name,
        known_as=known_as,
        constituency=side,
        department=department,
        password=password,
        is_demo=True,
        limits_read=LIMITS,
        date_joined=world.now,
    )


def _others(world, password, count):
    """People with names that no two share, half of them with lived experience."""
    names = [f"{first} {last}" for first in FIRST.split() for last in LAST.split()]
    taken = {full_name for _, full_name, *_ in NAMED}
    departments = [Department.CLINICAL] * 4 + [Department.OPERATIONAL] * 2 + list(Department)
    names = [name for name in names if name not in taken]
    world.rng.shuffle(names)
    for full_name in names[:count]:
        side = world.rng.choices([LIVED, STAFF, PARTNER], weights=[50, 42, 8])[0]
        department = world.rng.choice(departments) if side == STAFF else ""
        known_as = full_name.split()[0] if world.rng.random() < 0.3 else ""
        name = full_name.lower().replace(" ", ".")
        yield _person(world, password, name, full_name, side, department, known_as)
