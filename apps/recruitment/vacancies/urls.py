from django.urls import path

from apps.core.converters import one_of, one_of_moves

from .models.approval import Approval
from .models.vacancy import Vacancy
from .views import jobs, pack, preparing, vacancies

# The names of moves that have a button; other pages of a vacancy keep theirs.
one_of_moves("vacancy_move", Vacancy)
one_of("vacancy_part", ["manager", "peer_lead", "organiser", *Approval.Office.values])
one_of("vacancy_office", Approval.Office.values)
one_of("visit_act", ["book", "give-back"])
one_of("criterion_act", ["up", "down", "delete"])

one = "recruitment/vacancies/<str:reference>/"
job = "jobs/<str:reference>/"

urlpatterns = [
    path("recruitment/", vacancies.Vacancies.as_view(), name="vacancies"),
    path("recruitment/vacancies.csv", vacancies.vacancies_csv, name="vacancies_csv"),
    path("recruitment/vacancies/begin/", vacancies.BeginVacancy.as_view(), name="vacancy_begin"),
    path(one, vacancies.VacancyDetail.as_view(), name="vacancy"),
    path(f"{one}history/", vacancies.History.as_view(), name="vacancy_history"),
    path(f"{one}write/", preparing.Texts.as_view(), name="vacancy_texts"),
    path(f"{one}terms/", preparing.Terms.as_view(), name="vacancy_terms"),
    path(f"{one}longer/", preparing.ExtendVacancy.as_view(), name="vacancy_extend"),
    path(f"{one}template/", preparing.KeepTemplate.as_view(), name="vacancy_template"),
    path(f"{one}criteria/", preparing.Criteria.as_view(), name="criteria"),
    path(f"{one}criteria/add/", preparing.CriterionPage.as_view(), name="criterion_add"),
    path(f"{one}criteria/<int:pk>/", preparing.CriterionPage.as_view(), name="criterion"),
    path(
        f"{one}criteria/<int:pk>/<criterion_act:act>/",
        preparing.CriterionAct.as_view(),
        name="criterion_act",
    ),
    path(f"{one}readiness/", preparing.ReadinessPage.as_view(), name="readiness"),
    path(f"{one}answer/", preparing.ApproveVacancy.as_view(), name="vacancy_approve"),
    path(
        f"{one}people/<vacancy_part:part>/",
        preparing.VacancyPerson.as_view(),
        name="vacancy_person",
    ),
    path(
        f"{one}people/<vacancy_office:office>/deputy/",
        preparing.DeputyName.as_view(),
        name="deputy_name",
    ),
    path(
        f"{one}people/<vacancy_office:office>/deputy/end/",
        preparing.DeputyEnd.as_view(),
        name="deputy_end",
    ),
    path(f"{one}panel/add/", preparing.PanelAdd.as_view(), name="panel_add"),
    path(f"{one}panel/<int:pk>/remove/", preparing.PanelRemove.as_view(), name="panel_remove"),
    path(
        f"{one}panel/<int:pk>/training/", preparing.PanelTraining.as_view(), name="panel_training"
    ),
    path(f"{one}panel/interests/", vacancies.PanelInterests.as_view(), name="panel_interests"),
    path(f"{one}record/", preparing.Coproduction.as_view(), name="coproduction"),
    path(f"{one}record/add/", preparing.AdviceAdd.as_view(), name="advice_add"),
    path(f"{one}record/<int:pk>/", preparing.AdviceAnswer.as_view(), name="advice_answer"),
    path(f"{one}visits/add/", preparing.VisitAdd.as_view(), name="visit_add"),
    path(f"{one}visits/<int:pk>/cancel/", preparing.VisitCancel.as_view(), name="visit_cancel"),
    path(f"{one}pack.pdf", pack.Pack.as_view(), name="vacancy_pack"),
    path(f"{one}pack/", pack.VacancyPaper.as_view(), name="vacancy_paper"),
    path(f"{one}<vacancy_move:name>/", vacancies.VacancyMove.as_view(), name="vacancy_move"),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/feed/", jobs.feed, name="jobs_feed"),
    path(job, jobs.JobPage.as_view(), name="job"),
    path(f"{job}easy-read/", jobs.EasyRead.as_view(), name="job_easy_read"),
    path(f"{job}visits/<int:pk>/<visit_act:act>/", jobs.VisitBook.as_view(), name="visit_book"),
]
