"""Not before which day somebody wants to be paid, and when their own month begins."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_old_rates_are_set"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="involvementclaim",
            name="pay_from",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The person asks to be paid on this day or later.",
                null=True,
                verbose_name="not before",
            ),
        ),
        migrations.CreateModel(
            name="BenefitMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "begins",
                    models.PositiveSmallIntegerField(
                        validators=[MinValueValidator(1), MaxValueValidator(31)]
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        related_name="benefit_month",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
