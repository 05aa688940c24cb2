"""Governance's parts, for Django alone: import the part."""

from .analysis import models as analysis
from .consultations.models import consultation, response
from .decisions import models as decisions
from .documents.models import document, formats
from .interests import models as interests
