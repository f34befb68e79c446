"""`manage.py retry_job`: continue a failed or cancelled scan."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline import api
from pipeline.errors import PipelineError


class Command(BaseCommand):
    """Continues where the scan ended, or makes it anew from a step on."""

    help = "Continue a failed or cancelled scan at the step where it ended, or run it again from a given step."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=uuid.UUID, help="id of the job")
        parser.add_argument(
            "--from",
            dest="from_step",
            type=api.StepName,
            choices=list(api.StepName),
            metavar="STEP",
            help=f"run again from this step on: {', '.join(api.StepName)}",
        )

    def handle(self, *args: Any, job: uuid.UUID, from_step: api.StepName | None, **options: Any) -> None:
        try:
            if from_step is not None:
                api.submit(str(job), from_step)
            elif not api.retry(str(job)):
                status = api.get_job_status(str(job))["status"]
                raise CommandError(f"The scan is {status}; only a failed or cancelled one is retried. See --from.")
        except PipelineError as error:
            raise CommandError(error.message) from None
        self.stdout.write("The scan is queued.")
