"""What people said, sorted into themes by two people, and what the group answers to each theme.

Coding begins when the consultation is over. The two do not see one another's until both have
finished; where they differ, the difference is settled. Then every theme is answered, and all of
it is published at once.
"""

from collections import defaultdict

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.exceptions import Already, IllegalMove, NotYet
from apps.core.lines import Line
from apps.core.models import record
from apps.core.moves import Missing, effect, of_the_form, requirement
from apps.taskgroups.models.output import Output

from ..consultations.models.consultation import Consultation, Question
from ..consultations.models.response import Response
from . import events
from .agreement import Counts, compared, kappa
from .changed import asked_about, puts_back, whole, why_it_is_no_change, with_all_versions


def _begin(analysis, name, by):
    """Begin an act of the consultation's table: its row is the lock of all that is here."""
    consultation = analysis.consultation
    consultation.permit(name, by=by)
    analysis.refresh_from_db()
    analysis.consultation = consultation


def may_code(group):
    """Who can be asked to code: deciding members of the group that asked."""
    members = group.memberships.current().deciding().values("user")
    return User.objects.active().filter(pk__in=members).order_by("full_name", "pk")


# --- analysis -----------------------------------------------------------------------------------
class AnalysisQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(consultation__state=Consultation.State.PUBLISHED)

    def waiting_for(self, user):
        """Where this person still has answers to code."""
        return self.open().filter(
            Q(first=user, first_done_at=None) | Q(second=user, second_done_at=None)
        )


class Analysis(models.Model):
    """Who codes the answers of a consultation, how far they are, and what came of it."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, related_name="analysis"
    )
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    first_done_at = models.DateTimeField(null=True, editable=False)
    second_done_at = models.DateTimeField(null=True, editable=False)
    agreement = models.JSONField(
        null=True, editable=False, help_text="Reckoned once, when both have finished."
    )
    summary = models.TextField("what came of it, in plain words", blank=True, max_length=3000)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "analyses"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__isnull=True) | ~Q(first=models.F("second")),
                name="governance_two_coders",
            )
        ]

    def __str__(self):
        return f"Analysis {self.pk}"

    def get_absolute_url(self):
        return reverse("analysis", args=[self.consultation_id])

    # --- who ------------------------------------------------------------------------------------
    def place_of(self, user):
        """ "first", "second", or "": even an administrator codes only where they were named."""
        return {self.first_id: "first", self.second_id: "second"}.get(user.pk, "")

    def done(self, user):
        """Whether this coder has finished."""
        return bool(getattr(self, f"{self.place_of(user)}_done_at"))

    @property
    def both_done(self):
        return bool(self.first_done_at and self.second_done_at)

    def still_coding(self):
        """Those of the two who have not finished."""
        both = (self.first, self.first_done_at), (self.second, self.second_done_at)
        return [coder for coder, done_at in both if not done_at]

    @property
    def is_published(self):
        return self.published_at is not None

    def runs(self, user):
        return user.has_perm("groups.run_consultation", self.consultation.group)

    @classmethod
    def of(cls, consultation, *, by):
        """The analysis of a consultation that is over; begun where there is none yet."""
        if not consultation.permits(by, "begin_analysis"):
            raise PermissionDenied
        if found := cls.objects.filter(consultation=consultation).first():
            return found
        with transaction.atomic():
            consultation.permit("begin_analysis", by=by)
            return cls.objects.get_or_create(consultation=consultation)[0]

    @transaction.atomic
    def name_coders(self, first, second, *, by):
        """Who codes. Somebody who has begun can be exchanged until they finish; what they coded
        goes, since the two sets of codings are compared person by person.
        """
        _begin(self, "name_coders", by)
        if first.pk == second.pk:
            raise NotYet("Choose two different people.")
        allowed = set(may_code(self.consultation.group).values_list("pk", flat=True))
        for place, person in (("first", first), ("second", second)):
            before = getattr(self, f"{place}_id")
            if person.pk == before:
                continue
            if person.pk not in allowed:
                raise NotYet("Choose members of the group that asked.")
            if getattr(self, f"{place}_done_at"):
                raise IllegalMove("One of the two has finished, and stays.", self)
            if before not in (None, first.pk, second.pk):
                self.readings.filter(coder=before).delete()
            setattr(self, place, person)
        self.save(update_fields=["first", "second"])
        record("name_coders", self, by=by, note=f"people {first.pk}, {second.pk}")
        events.coders_named(self)

    # --- what there is to code ------------------------------------------------------------------
    def answers(self, question):
        """The responses with words on this question, in an order that means nothing."""
        readable = Response.objects.readable(self.consultation)
        return readable.filter(answers__has_key=question.key).order_by("pk")

    def questions(self):
        """The questions that people answer in their own words, numbered as people met them."""
        return [
            question
            for _, questions in self.consultation.outline()
            for question in questions
            if question.is_text
        ]

    def totals(self, questions):
        """{question pk: how many answers}; one query."""
        readable = Response.objects.readable(self.consultation).order_by()
        counts = (
            readable.aggregate(
                **{
                    f"q{one.pk}": Count("pk", filter=Q(answers__has_key=one.key))
                    for one in questions
                }
            )
            if questions
            else {}
        )
        return {one.pk: counts[f"q{one.pk}"] for one in questions}

    def coded(self, coder):
        """{question pk: how many answers this coder has read}; None counts what is settled."""
        rows = self.readings.filter(coder=coder).order_by().values_list("question")
        return dict(rows.annotate(n=Count("pk")))

    def left(self, coder):
        """How many answers this coder still has before them."""
        questions = self.questions()
        coded = self.coded(coder)
        totals = self.totals(questions)
        return sum(max(0, total - coded.get(pk, 0)) for pk, total in totals.items())

    def unsettled(self):
        """What the first coder read and the two see differently, until it is settled."""
        settled = Reading.objects.filter(
            analysis=self, coder=None, response=OuterRef("response"), question=OuterRef("question")
        )
        if not self.both_done:
            return self.readings.none()
        return self.readings.filter(~Exists(settled), coder=self.first).order_by("pk")

    # --- coding ---------------------------------------------------------------------------------
    @transaction.atomic
    def code(self, question, entries, *, by):
        """Save what a coder says of some answers: {response pk: (theme pks, reason)}.

        Neither themes nor a reason: not read yet. Raises PermissionDenied or IllegalMove.
        """
        if not self.place_of(by):
            raise PermissionDenied
        _begin(self, "code", by)
        if self.done(by):
            raise IllegalMove("You have finished coding. It no longer changes.", self)
        self._write(question, entries, by)

    @transaction.atomic
    def settle(self, question, entries, *, by):
        """Say what counts where the two differ: for coders and for those who run it."""
        if not (self.place_of(by) or self.runs(by)):
            raise PermissionDenied
        _begin(self, "settle", by)
        if not self.both_done:
            raise IllegalMove("Not both have finished coding.", self)
        self._write(question, entries, None)
        record("settle", self, by=by, note=f"{len(entries)} answers")

    def _write(self, question, entries, coder):
        readable = set(
            self.answers(question).filter(pk__in=list(entries)).values_list("pk", flat=True)
        )
        themes = set(self.themes.values_list("pk", flat=True))
        self.readings.filter(question=question, coder=coder, response__in=readable).delete()
        kept = {
            pk: ([theme for theme in chosen if theme in themes], reason.strip())
            for pk, (chosen, reason) in entries.items()
            if pk in readable
        }
        self._keep(
            (pk, question.pk, coder, chosen, "" if chosen else reason)
            for pk, (chosen, reason) in kept.items()
            if chosen or reason
        )

    def _keep(self, rows):
        rows = list(rows)
        readings = Reading.objects.bulk_create(
            [
                Reading(
                    analysis=self,
                    response_id=response,
                    question_id=question,
                    coder=coder,
                    reason=reason,
                )
                for response, question, coder, _, reason in rows
            ],
            batch_size=500,
        )
        Coding.objects.bulk_create(
            [
                Coding(reading=reading, theme_id=theme)
                for reading, (_, _, _, chosen, _) in zip(readings, rows, strict=True)
                for theme in chosen
            ],
            batch_size=500,
        )

    @transaction.atomic
    def finish(self, *, by):
        """A coder has read everything. With the second one, the two are compared."""
        if not self.place_of(by):
            raise PermissionDenied
        _begin(self, "finish_coding", by)
        if self.done(by):
            raise Already("You have finished coding already.", self, mine=True)
        setattr(self, f"{self.place_of(by)}_done_at", clock.now())
        self.save(update_fields=["first_done_at", "second_done_at"])
        record("finish_coding", self, by=by)
        if self.both_done:
            self._compare()
        events.coder_finished(self)

    def chosen_by(self, coder):
        """{(response, question): set of themes} of one coder; None: what is settled."""
        chosen = {
            key: set()
            for key in self.readings.filter(coder=coder).values_list("response", "question")
        }
        codings = Coding.objects.filter(reading__analysis=self, reading__coder=coder)
        for response, question, theme in codings.values_list(
            "reading__response", "reading__question", "theme"
        ):
            chosen[response, question].add(theme)
        return chosen

    def _compare(self):
        """What both saw alike is settled; what they did not waits in a list."""
        first, second = self.chosen_by(self.first), self.chosen_by(self.second)
        themes = list(self.themes.values_list("pk", flat=True))
        same, counts = compared(first, second, themes)
        reasons = {
            (response, question): reason
            for response, question, reason in self.readings.filter(
                coder=self.first, reason__gt=""
            ).values_list("response", "question", "reason")
        }
        self._keep(
            (*answer, None, sorted(first[answer]), reasons.get(answer, ""))
            for answer in sorted(same)
        )
        pooled = kappa(sum(counts.values(), Counts()))
        self.agreement = {
            "answers": len(first),
            "same": len(same),
            "percent": round(100 * len(same) / len(first)) if first else None,
            "kappa": None if pooled is None else round(pooled, 2),
            "themes": {
                str(theme): None if (one := kappa(count)) is None else round(one, 2)
                for theme, count in counts.items()
            },
        }
        self.save(update_fields=["agreement"])

    # --- the outcome ----------------------------------------------------------------------------
    @transaction.atomic
    def publish(self, *, by, summary):
        """Publish what people said and what the group answers; all who responded are told.

        Raises PermissionDenied, NotYet (what is missing) or IllegalMove (published already).
        """
        _begin(self, "write_outcome", by)
        self.summary = summary.strip()
        self.save(update_fields=["summary"])
        self.consultation.move("publish", by=by)
        self.refresh_from_db(fields=["published_at"])

    def said(self):
        """{theme pk: how many responses it was found in}, as settled."""
        rows = Coding.objects.filter(reading__analysis=self, reading__coder=None)
        return dict(
            rows.order_by()
            .values_list("theme")
            .annotate(n=Count("reading__response", distinct=True))
        )

    def set_aside(self):
        """How many answers were set aside, by reason."""
        rows = self.readings.filter(coder=None, reason__gt="").order_by().values_list("reason")
        found = defaultdict(int)
        for reason, many in rows.annotate(n=Count("pk")):
            found[reason] += many
        return dict(found)


# --- what the consultation's moves and acts ask for, and what follows ----------------------------
def _page(name, analysis, *more):
    return reverse(name, args=[analysis.consultation_id, *more])


@requirement
def everything_is_coded(consultation, by):
    if left := consultation.analysis.left(by):
        many = "1 answer is" if left == 1 else f"{left} answers are"
        yield Missing(f"{many} not coded yet. Give each a theme, or set it aside and say why.")


@requirement
def answers_are_sorted(consultation, by):
    """By both, and what they saw differently is settled; one after the other."""
    analysis = consultation.analysis
    total = sum(analysis.totals(analysis.questions()).values())
    if total and not (analysis.first and analysis.second):
        text = "Name the two people who code the answers."
        yield Missing(text, _page("coders", analysis))
    elif total and not analysis.both_done:
        turn = " and ".join(str(one) for one in analysis.still_coding())
        yield Missing("Both who code the answers must finish.", turn=turn)
    elif unsettled := analysis.unsettled().count():
        many = "1 answer" if unsettled == 1 else f"{unsettled} answers"
        text = f"Settle {many} on which the two differ."
        yield Missing(text, _page("settle_codings", analysis))
    elif analysis.both_done and sum(analysis.coded(None).values()) < total:
        yield Missing("Some answers are neither coded nor set aside.")


@requirement
def themes_are_answered(consultation, by):
    """With a reason, and with the change where there is one: it came after people were asked."""
    asked = asked_about(consultation)
    themes = list(consultation.analysis.themes.prefetch_related("made"))
    with_all_versions(theme.made for theme in themes)
    for theme in themes:
        url = _page("theme_answer", consultation.analysis, theme.pk)
        if not theme.is_answered:
            yield Missing(f"Answer the theme “{theme.title}”.", url)
        elif why := why_it_is_no_change(theme, consultation, asked):
            yield Missing(f"Answer the theme “{theme.title}” again. {why}", url)


@requirement
def does_what_was_answered(thing, by):
    """People read that the words of a document or an output changed: nobody approves or signs them
    put back after. Of the version that is approved, or the output that is signed.
    """
    version = thing.latest if isinstance(thing, Output) else thing
    kind = ContentType.objects.get_for_model(version)
    versions = whole(version).versions.values("pk")
    named = Consultation.objects.filter(
        state=Consultation.State.PUBLISHED,
        analysis__themes__answer__in=Theme.IN_WORDS,
        analysis__themes__made_type=kind,
        analysis__themes__made_id__in=versions,
    )
    for consultation in named.order_by("pk").distinct():
        if back := puts_back(version, consultation, asked_about(consultation)):
            yield Missing(
                f"People were told in “{consultation}” that the words changed. {back}",
                whole(version).edit_url,
            )


@of_the_form
def says_what_came_of_it(consultation, by):
    if not consultation.analysis.summary.strip():
        yield Missing("Write in plain words what came of it.")


@effect
def becomes_public(consultation, entry):
    consultation.analysis.published_at = clock.now()
    consultation.analysis.save(update_fields=["published_at"])


# --- themes -------------------------------------------------------------------------------------
class Theme(models.Model):
    """Something that several people said, and what the group answers to it."""

    class Answer(models.TextChoices):
        DID = "did", "We did"
        PARTLY = "partly", "We partly did"
        ACTED = "acted", "We did something that is not in a text"
        DID_NOT = "did_not", "We did not"

    IN_WORDS = (Answer.DID, Answer.PARTLY)  # they name the version of a text that changed

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="themes")
    title = Line("what people said, in a few words", max_length=120)
    description = models.TextField("what belongs to it", blank=True, max_length=1000)
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    because = models.TextField(blank=True, max_length=3000)
    made_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_id = models.PositiveBigIntegerField(null=True, blank=True)
    made = GenericForeignKey("made_type", "made_id")
    address = Line("address on this site", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "title"], name="governance_theme_once")
        ]

    def __str__(self):
        return self.title

    @property
    def has_change(self):
        return bool(self.made_id or self.address)

    @property
    def is_answered(self):
        """With a reason; and where something was done, with the change that it made."""
        if not (self.answer and self.because.strip()):
            return False
        return self.answer == self.Answer.DID_NOT or self.has_change

    @classmethod
    @transaction.atomic
    def add(cls, analysis, *, by, title, description=""):
        _may_write(analysis, by)
        if analysis.themes.filter(title__iexact=title.strip()).exists():
            raise NotYet("There is a theme of this name already.")
        theme = cls.objects.create(
            analysis=analysis, title=title.strip(), description=description.strip()
        )
        record("add_theme", analysis, by=by, note=f"theme {theme.pk}")
        return theme

    @transaction.atomic
    def change(self, *, by, title, description):
        _may_write(self.analysis, by)
        same = self.analysis.themes.filter(title__iexact=title.strip()).exclude(pk=self.pk)
        if same.exists():
            raise NotYet("There is a theme of this name already.")
        self.title, self.description = title.strip(), description.strip()
        self.save(update_fields=["title", "description"])
        record("change_theme", self.analysis, by=by, note=f"theme {self.pk}")

    @transaction.atomic
    def remove(self, *, by):
        """Only while nothing is coded to it: nobody's work is thrown away with a press."""
        _may_write(self.analysis, by)
        if Coding.objects.filter(theme=self).exists():
            raise NotYet("Answers were coded to this theme, so it stays. You can rename it.")
        record("remove_theme", self.analysis, by=by, note=f"theme {self.pk}")
        self.delete()

    @transaction.atomic
    def reply(self, *, by, answer, because, made=None, address=""):
        """What the group did about it, why, and what changed.

        Raises PermissionDenied, IllegalMove or NotYet: what is named did not change after people
        were asked, or is not what the answer says.
        """
        _begin(self.analysis, "answer_theme", by)
        self.answer, self.because = answer, because.strip()
        self.made, self.address = made, address
        consultation = self.analysis.consultation
        if why := why_it_is_no_change(self, consultation, asked_about(consultation)):
            raise NotYet(why)
        self.save(update_fields=["answer", "because", "made_type", "made_id", "address"])
        record("answer_theme", self.analysis, by=by, note=f"theme {self.pk}: {answer}")


def _may_write(analysis, by):
    if not (analysis.place_of(by) or analysis.runs(by)):
        raise PermissionDenied
    _begin(analysis, "write_themes", by)


class Reading(models.Model):
    """What one coder says of one answer; of nobody: what was settled.

    It has themes, or a reason for which the answer was set aside.
    """

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="readings")
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("set aside because", max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["analysis", "coder", "question"])]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question", "coder"], name="governance_reading_once"
            ),
            models.UniqueConstraint(
                fields=["response", "question"],
                condition=Q(coder__isnull=True),
                name="governance_settled_once",
            ),
        ]

    def __str__(self):
        return f"Reading {self.pk}"


class Coding(models.Model):
    """One theme of one reading."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="codings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="codings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "theme"], name="governance_coding_once")
        ]

    def __str__(self):
        return f"Coding {self.pk}"
