"""The network's parts, for Django alone: import the part."""

from .board import models as board
from .joining import models as joining
from .pairs import models as pairs
from .practice import models as practice
from .seats import models as seats
