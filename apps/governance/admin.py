"""The pages of each part in Django admin."""

from .analysis import admin as analysis
from .consultations import admin as consultations
from .decisions import admin as decisions
from .documents import admin as documents
from .interests import admin as interests
