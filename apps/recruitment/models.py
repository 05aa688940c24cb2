"""Recruitment's parts, for Django alone: import the part. Lowest first: what a later part adds to a
move of an earlier one is asked and done after what the earlier one says itself."""

# ruff: noqa: I001
from .vacancies.models import advice, panel, pay, readiness, template, vacancy, visit
from .applications.models import application, monitoring, survey
from .selection.models import blind, scoring, sheet, outcome, interview
from .training import models as training
from .employment.models import appointment, offer
