"""The pages of each part in Django admin."""

from .applications import admin as applications
from .employment import admin as employment
from .selection import admin as selection
from .training import admin as training
from .vacancies import admin as vacancies
