"""Documents of the demonstration: one for every way in which they can stand."""

import pytest

from apps.governance.analysis.models import Analysis
from apps.governance.documents.models.document import DocumentVersion, Phase
from apps.governance.documents.models.formats import DocumentFormat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_the_demonstration_has_a_document_in_every_state():
    phases = set(DocumentVersion.objects.standing().values_list("phase", flat=True))
    assert phases | {Phase.REVISED} == set(Phase)
    states = set(DocumentFormat.objects.values_list("state", flat=True))
    assert states == {"asked", "making", "available"}
    half, published = Analysis.objects.order_by("pk")
    assert (bool(half.first_done_at), bool(half.second_done_at)) == (True, False)
    assert 0 < half.left(half.second) < sum(half.totals(half.questions()).values())
    assert published.consultation.state == "published"
    themes = list(published.themes.all())
    assert {theme.answer for theme in themes} == {"did", "partly", "acted", "did_not"}
    for theme in themes:
        if theme.answer in theme.IN_WORDS:
            assert theme.made.written_at > published.consultation.closes_at
    assert published.agreement["same"] < published.agreement["answers"]
