"""What the core holds that is searched: nothing."""

from .models import AuditCheck, AuditEntry, AuditSeal, CacheEntry, CrisisContact, FirstPress
from .searching import unsearched

unsearched(
    "It says who did what; administrators have its own page.", AuditEntry, AuditSeal, AuditCheck
)
unsearched("It stands on the thing's page until two have pressed.", FirstPress)
unsearched("It stands on every page that needs it.", CrisisContact)
unsearched("Counters, under digests.", CacheEntry)
