"""Where vacancies, jobs and applications are."""

from apps.core.places import FOR_EVERYBODY, beneath, entry, is_known, page, signed_in, thing

from .roles import is_in_recruitment

applies = is_known("has_applied")


def works_on_vacancies(user):
    """Whether recruitment is this person's own work, and not only theirs to see."""
    return is_known("works_on_vacancies")(user) or (
        is_in_recruitment(user) and user.has_perm("recruitment.run_vacancy")
    )


entry(
    "recruitment",
    "Recruitment",
    "vacancies",
    order=60,
    shown=is_in_recruitment,
    keeps=works_on_vacancies,
    text="Vacancies from the first draft to people who stay in post.",
)
entry(
    "applications",
    "My applications",
    "applications",
    order=8,
    shown=applies,
    keeps=applies,
    text="What you have begun, sent, and heard.",
)
entry(
    "jobs",
    "Jobs",
    "jobs",
    order=64,
    shown=lambda user: not is_in_recruitment(user),
    text="Posts that are open now, and how to apply.",
)
page(
    "Recruitment",
    "vacancies",
    shown=is_in_recruitment,
    also="vacancies posts panels interviews offers candidates applications",
)
page("Jobs", "jobs", shown=lambda user: True, also="vacancies posts work")
page("My applications", "applications", shown=applies, also="interviews offers jobs")
page("Training", "cohorts", also="courses cohorts")
page("People in post", "appointments", shown=is_in_recruitment)
page("Adjustments to arrange", "to_arrange", shown=is_in_recruitment)
thing("Vacancy", "vacancy", "recruitment.vacancy", shown=is_in_recruitment)
thing("Job", "job", "recruitment.vacancy", shown=lambda user: True)
thing("Criteria", "criteria", shown=is_in_recruitment)
thing("Readiness", "readiness", shown=is_in_recruitment)
thing("Record of working together", "coproduction", shown=is_in_recruitment)
thing("Panel", "panel", shown=is_in_recruitment)
thing("Interviews", "interviews", shown=is_in_recruitment)
thing("Redacted copies", "redactions", shown=is_in_recruitment)
thing("Applications", "vacancy_applications", shown=is_in_recruitment)
thing("Offers", "offers", shown=is_in_recruitment)
thing("Application", "application", "recruitment.application", name="reference")
thing("Offer", "offer")
thing("Interview", "interview")
thing("Training course", "cohort", shown=signed_in)
thing("Person in post", "appointment")
beneath(
    "/applications/",
    "vacancies",
    "recruitment.application",
    "vacancy",
    unless=lambda user, application: application.candidate_id == user.pk,
)
beneath("/training/", "vacancies")
beneath("/recruitment/selecting/", "vacancies", field="reference", closer="vacancy")
FOR_EVERYBODY.add(("jobs", "Jobs"))
