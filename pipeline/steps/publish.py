"""Step `publish`: hands the finished figures and a small picture of the film to whoever asked for the scan."""

from __future__ import annotations

from typing import ClassVar

from pipeline.artefacts import artefacts_of
from pipeline.links import Links
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import Results, TrackResult
from pipeline.steps.artefact_step import ArtefactStep
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.thumbnail import publish_thumbnail


class PublishStep(ArtefactStep):
    """Stores KPIs, events, tracks and picture by `JobStore.save_results`; never skipped: tables may be empty."""

    name: ClassVar[StepName] = StepName.PUBLISH

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        figures = store.read_json(ArtefactName.KPIS)
        context.report(0.5)
        results = Results(
            catalogue_version=figures["catalogue_version"],
            players=figures["players"],
            events=store.read_json(ArtefactName.EVENTS)["events"],
            tracks=[
                TrackResult(track_id=track["track_id"], player_id=track["player_id"])
                for track in Links.read(store).tracks
            ],
        )
        thumbnail = publish_thumbnail(context, params_hash)
        if thumbnail is not None:
            results["thumbnails"] = {context.video.video_id: thumbnail}
        context.jobs.save_results(context.job.job_id, results)
        return StepResult()


STEP = PublishStep()
