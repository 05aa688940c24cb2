"""Where a time that is looked for is."""

from apps.core.places import thing

thing("Find a time", "finding", "meetings.finding")
