"""The pages of each part in Django admin."""

from .board import admin as board
from .joining import admin as joining
from .pairs import admin as pairs
from .practice import admin as practice
from .seats import admin as seats
