"""What a steering group decides on here: its report, and which figures are public."""

from apps.meetings.decided import DECIDABLE, Decidable

from .models.public import PublicFigures
from .models.report import AnnualReport

DECIDABLE.add(
    Decidable(
        AnnualReport,
        rows=lambda group: group.reports.filter(state=AnnualReport.State.SIGNED),
        move="decide",
        reads=("group",),
        follows="It can then be published.",
        taken=lambda report, by: report.follow("decide", by=by),
        fell=lambda report, by: report.lose_decision(by=by),
    )
)
DECIDABLE.add(
    Decidable(
        PublicFigures,
        rows=lambda group: group.public_figures.proposed(),
        move="adopt",
        reads=("group",),
        follows="Everybody can then read these figures.",
        taken=lambda figures, by: figures.follow("adopt", by=by),
        fell=lambda figures, by: figures.lose_decision(by=by),
    )
)
