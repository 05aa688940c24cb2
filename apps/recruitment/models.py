"""Recruitment's parts, for Django alone: import the part. Lowest first."""

# ruff: noqa: I001
from .vacancies.models import advice, approval, panel, pay, readiness, template, vacancy, visit
from .applications.models import application, monitoring, survey
from .selection.models import blind, scoring, sheet, outcome, interview
from .training import models as training
from .employment.models import appointment, check, offer
