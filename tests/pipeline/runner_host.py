"""A process with a runner, scripted steps and ports in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.heartbeat import Timing
from pipeline.plan import QUICK_PLAN, StepName
from pipeline.ports import JobStatus, Ports, StepKey
from pipeline.runner import LocalBell, Runner
from pipeline.testing import MemoryArtefactStore, MemoryJobStore, MemoryProgressSink
from tests.pipeline.scripted import WINDOWS, ScriptedStep, scripted_steps, scripted_tools
from tests.pipeline.stores import Clock, job_record

QUICK_BEAT = Timing(renew_s=0.01, report_s=0.0)
UNITS = sum(len(WINDOWS) if spec.windowed else 1 for spec in QUICK_PLAN)


@dataclass
class Host:
    """A process with scripted steps and ports in memory."""

    clock: Clock = field(default_factory=Clock)
    steps: dict[StepName, ScriptedStep] = field(default_factory=scripted_steps)
    bell: LocalBell = field(default_factory=LocalBell)
    timing: Timing = QUICK_BEAT

    def __post_init__(self) -> None:
        self.jobs = MemoryJobStore(now=self.clock)
        self.artefacts = MemoryArtefactStore()
        self.progress = MemoryProgressSink()
        self.ports = Ports(self.jobs, self.artefacts, self.progress)
        self.record = job_record()
        self.job_id = self.record.job_id
        self.jobs.add(self.record)

    @property
    def runner(self) -> Runner:
        return Runner(self.ports, scripted_tools(self.steps), self.bell, worker="test", timing=self.timing)

    def work(self, *, copies: int = 1) -> None:
        """Deliver what was rung for until it is quiet."""
        while self.bell.keys:
            key = self.bell.keys.popleft()
            for _ in range(copies):
                self.runner.run(key)

    def start(self) -> None:
        self.runner.continue_job(self.job_id)

    def until(self, step: StepName) -> StepKey:
        """Work until a message for `step` lies there; answers its first unit."""
        self.start()
        while self.bell.keys[0].step != step:
            self.runner.run(self.bell.keys.popleft())
        return self.bell.keys.popleft()

    def files(self) -> dict[str, bytes]:
        return dict(self.artefacts.files)

    @property
    def status(self) -> JobStatus:
        return self.jobs.overview(self.job_id).status
