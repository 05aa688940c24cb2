from apps.core import parts
from apps.core.audit_words import sensitive


class RecruitmentConfig(parts.PartsConfig):
    name = "apps.recruitment"
    verbose_name = "Recruitment"
    parts = ("vacancies", "applications", "selection", "training", "employment")

    def ready(self):
        super().ready()
        from apps.accounts import adapters, second_factor
        from apps.accounts.roles import JUDGES
        from apps.groups.programme import CAME_FOR

        from .applications.models.application import has_applied
        from .applications.sign_up import wants_to_apply
        from .vacancies.models.panel import (
            judged_by,
            on_a_panel,
            serves_on_panels,
            works_on_vacancies,
        )
        from .vacancies.models.pay import PayScale

        JUDGES.add(judged_by)
        adapters.SIGN_UP_DOORS.append(wants_to_apply)
        second_factor.REQUIRED_OF.append(on_a_panel)
        second_factor.FACTS["works_on_vacancies"] = works_on_vacancies
        second_factor.FACTS["on_panels"] = serves_on_panels
        second_factor.FACTS["has_applied"] = has_applied
        CAME_FOR.append("has_applied")
        self.seed(PayScale, PayScale.seed)
        sensitive(
            export_applications="Took a file of everybody who applied",
            read_to_redact="Read an application to redact it",
            read_outcomes="Read who is to be told what",
            read_outcome="Read what to tell a candidate",
            list_applications="Saw the list of everybody who applied",
            search_applications="Searched, and was shown applications",
            read_application="Read an application",
            read_adjustments="Read what adjustments a candidate needs",
        )
