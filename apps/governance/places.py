"""Where everybody has their say: consultations, documents, decisions, interests."""

from apps.core.places import beneath, entry, page, signed_in, thing


def everybody(user):
    return True


entry(
    "say",
    "Have your say",
    "governance",
    order=50,
    shown=everybody,
    text="What you are asked, what was decided, and what is in force.",
)
page("Have your say", "governance", shown=everybody)
page(
    "Consultations",
    "consultations",
    under="say",
    also="questions responses",
    text="What people are asked, and what came of it. Respond, with or without your name.",
    order=10,
    shown=everybody,
)
page(
    "Decisions",
    "decision_register",
    under="say",
    text="Every decision, how it was taken, and whether it still holds.",
    order=20,
    shown=everybody,
)
page(
    "Documents",
    "documents",
    under="say",
    also="policies procedures guides",
    text="Policies, procedures, terms of reference and guides: what is in force, since when, and "
    "what is being written.",
    order=30,
    shown=everybody,
)
page(
    "Your interests",
    "my_interests",
    under="say",
    text="What might sway you, said openly: at joining, and once a year.",
    order=40,
    shown=signed_in,
)
page(
    "Register of interests",
    "interest_register",
    under="say",
    text="What people who decide have declared for everybody to read.",
    order=50,
    shown=everybody,
)
thing("Consultation", "consultation", "governance.consultation", shown=everybody)
thing("Questions", "consultation_questions")
thing("What people said", "analysis")
thing("Document", "document", "governance.document", shown=everybody)
beneath("/decisions/register/", "decision_register", "governance.registerchange", "decision")
beneath("/governance/decisions/", "decision_register")
beneath("/consultations/", "consultations")
beneath("/governance/documents/", "documents")
beneath("/governance/versions/", "documents", "governance.documentversion", "document")
beneath("/governance/formats/", "documents", "governance.documentformat", "version")
