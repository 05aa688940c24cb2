"""Data rights are not searched: what somebody asked about their data is theirs."""

from apps.core.searching import unsearched

from .models import DataExport, DataRequest, Hold, RetentionRun

unsearched("What somebody asked about their data is theirs.", DataExport, DataRequest, Hold)
unsearched("Counts.", RetentionRun)
