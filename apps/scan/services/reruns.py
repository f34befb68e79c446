"""Making results anew after a coach's word on tracks or pitch."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from apps.scan.errors import JobStateConflict
from apps.scan.models import ProcessingJob
from pipeline import api
from pipeline.api import ArtefactName, JobKind
from pipeline.ports import installed


def run_again(job: ProcessingJob, artefact: ArtefactName) -> None:
    """Open the job again from the step on that makes `artefact`, in the caller's transaction.

    So a coach's word and its effect are stored together. A job that has not come to the step yet will find the word
    there. Workers are rung for after the commit; should the process die before that, the clock finds the open job.

    Raises:
        JobStateConflict: 409, a live session of several cameras, whose places were found while it ran.
    """
    if job.kind == JobKind.LIVE and job.session.videos.count() > 1:
        raise JobStateConflict(
            "Several cameras filmed this live session together; its figures stand as they were found while it ran."
        )
    from_step = api.step_that_makes(JobKind(job.kind), artefact)
    installed().jobs.reset(str(job.pk), from_step)
    transaction.on_commit(partial(api.submit, str(job.pk)), robust=True)
