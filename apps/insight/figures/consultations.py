"""Consultations and documents: whether people are asked, and what comes of it."""

from functools import partial

from django.db.models import Case, Count, Q, Value, When

from apps.core import clock
from apps.governance.analysis.models import Theme
from apps.governance.consultations.figures import channels
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.documents.models.document import DocumentVersion

from ..periods import quarter_of
from ..roles import sees_programme
from . import ALL, Atom, Row, Rule, Standard, by_part, count, define, topic
from .raw import quarter, within

topic(
    slug="consultations",
    title="Consultations and policies",
    lead="Whether people are asked before something is settled, how many answer, and what changes "
    "because of it. Who answered, by side, stands under co-production balance.",
    may=sees_programme,
)
figure = partial(define, topic="consultations", in_groups=False)
Answer = Theme.Answer


# --- counts ---------------------------------------------------------------------------------------
@count("consultations", rule=Rule.THINGS)
def consultations(period):
    part = Case(
        When(state=Consultation.State.PUBLISHED, then=Value("published")), default=Value("waiting")
    )
    closed = Consultation.objects.over().filter(**within(period, "closes_at")).order_by()
    rows = closed.annotate(one=quarter("closes_at"), part=part).values_list("group", "one", "part")
    for group, one, which, number in rows.annotate(Count("pk")):
        yield Atom(group, one, "", which, number)


@count("answers", rule=Rule.PEOPLE)
def answers(period):
    """As the figures of each consultation show it, and no more: what is hidden there stays so."""
    closed = Consultation.objects.over().filter(**within(period, "closes_at"))
    for one in closed.order_by():
        _, total = channels(one)
        if total.responded:
            closed_in = quarter_of(clock.date_of(one.closes_at))
            yield Atom(one.group_id, closed_in, "", "", total.responded)


@count("themes", rule=Rule.THINGS)
def themes(period):
    answered = Theme.objects.filter(**within(period, "analysis__published_at")).order_by()
    rows = answered.exclude(answer="").annotate(one=quarter("analysis__published_at"))
    rows = rows.values_list("analysis__consultation__group", "one", "answer")
    for group, one, answer, number in rows.annotate(Count("pk")):
        yield Atom(group, one, "", answer, number)


@count("documents", rule=Rule.THINGS)
def documents(period):
    approved = DocumentVersion.objects.filter(**within(period, "approved_at")).order_by()
    later = approved.annotate(one=quarter("approved_at"))
    rows = later.values_list("one").annotate(
        first=Count("pk", filter=Q(number=1)), changed=Count("pk", filter=Q(number__gt=1))
    )
    for one, first, changed in rows:
        yield Atom(None, one, "", "first", first)
        yield Atom(None, one, "", "changed", changed)


# --- figures --------------------------------------------------------------------------------------
figure(
    key="consultations",
    title="Consultations that closed",
    count=consultations,
    rows=by_part(
        published="What came of it is published", waiting="What came of it is still to come"
    ),
    of=ALL,
    standard=Standard.PROCESS,
    unit="consultations",
    says="what came of it is published for {share} of the consultations that closed",
    numerator="Consultations that closed in the period, by whether there is an answer today.",
    denominator="All of these.",
    source="Consultations, in the quarter in which they closed.",
    leaves_out="Consultations that are open, and those that were withdrawn.",
)
figure(
    key="answers",
    title="Responses",
    count=answers,
    rows=(Row("Responses", ("",)),),
    standard=Standard.PROCESS,
    unit="responses",
    says="{number} responses came to the consultations that closed",
    numerator="Responses that were sent, on the site, on paper or by telephone.",
    source="What the figures of each consultation show.",
    leaves_out="Consultations without names to which fewer than five responded. How many were "
    "asked: who belonged to the audience on the day is not recorded.",
)
figure(
    key="themes",
    main=True,
    title="What was done about what people said",
    count=themes,
    rows=tuple(Row(str(one.label), (one.value,)) for one in Answer),
    of=ALL,
    standard=Standard.IMPACT,
    unit="themes",
    says="{share} of what people said was done as they asked",
    numerator="Themes of what people said, by the answer that was published.",
    denominator="All of these.",
    source="The published outcomes of consultations, in the quarter of their publication. *We did* "
    "names the words that changed.",
    leaves_out="Outcomes that are not published yet. How many people said it.",
)
figure(
    key="documents",
    title="Policies and other documents approved",
    count=documents,
    rows=by_part(first="First versions", changed="Later versions"),
    standard=Standard.IMPACT,
    unit="versions",
    says="{number} documents were approved for the first time",
    numerator="Versions of documents that were approved in the period.",
    source="The register of documents.",
    leaves_out="Drafts. Outputs of task groups.",
)
