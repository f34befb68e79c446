"""Bodies for the people of a scan that was run in this process: fitted, and written as files that viewers play."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.artefacts import artefacts_of
from pipeline.bodies import READY, Bodies, BodyFacts
from pipeline.body_clip import write_clip
from pipeline.plan import JobKind
from pipeline.ports import JobRecord, JobStatus, Ports
from pipeline.runner import Tools, run_to_end
from pipeline.testing import MemoryJobStore


@dataclass(frozen=True, slots=True)
class LocalBodies:
    """What came of it.

    Attributes:
        fitted: of everybody who has a body.
        files: name → file below the output folder.
        reasons: why others have none.
    """

    fitted: list[BodyFacts]
    files: dict[str, str]
    reasons: list[str]


def fit_bodies(ports: Ports, jobs: MemoryJobStore, tools: Tools, scan: JobRecord, out_dir: Path) -> LocalBodies:
    """Fit a body to everybody of a scan; nobody's body is no failure of the scan."""
    job = replace(scan, job_id=f"{scan.job_id}-bodies", kind=JobKind.SMPL)
    jobs.add(job)
    overview = run_to_end(ports, tools, job.job_id)
    bodies = Bodies(artefacts_of(ports.artefacts, job, job.videos[0]))
    ready = [report["facts"] for report in bodies.reports() if report["status"] == READY]
    if overview.status is not JobStatus.COMPLETED:
        return LocalBodies([], {}, [overview.error_message])
    files = {}
    for facts in ready:
        name = f"body-{facts['track_id']}"
        files[name] = f"{name}.glb"
        made = write_clip(bodies, facts["track_id"], (facts["from_s"], facts["to_s"]), tools.models.body_dir)
        (out_dir / files[name]).write_bytes(made.data)
    summaries = [row.summary for row in jobs.rows.values() if row.key.job_id == job.job_id and row.summary]
    return LocalBodies(ready, files, [text for summary in summaries for text in summary["warnings"]])
