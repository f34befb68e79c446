"""`manage.py worker`: becomes a Celery worker for some queues, pinned to a device."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pipeline.api import Queue, available_devices

MODEL_QUEUES = frozenset({Queue.VIDEO.value, Queue.SMPL.value})
LIVE_QUEUES = frozenset({Queue.LIVE.value})
"""Models run here too, but a live session adapts to the processor where there is no GPU: it is never refused."""
THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


class Command(BaseCommand):
    """One worker process per GPU: two GPUs are two workers, more machines more workers on the same Redis."""

    help = "Run a worker for one or more queues; queues of models are pinned to one device."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--queue",
            action="append",
            required=True,
            choices=sorted(queue.value for queue in Queue),
            help="queue to work on; may be given several times",
        )
        parser.add_argument(
            "--gpu", type=int, help="number of the GPU to use, as nvidia-smi counts (default: the first)"
        )
        parser.add_argument("--concurrency", type=int, default=1, help="tasks at once (default: 1, right for a GPU)")
        parser.add_argument(
            "--threads", type=int, default=0, help="processor threads a task may use (default: an equal share)"
        )
        parser.add_argument("--beat", action="store_true", help="also run the clock of periodic tasks in this worker")

    def handle(self, *args: Any, **options: Any) -> None:
        queues: list[str] = sorted(set(options["queue"]))
        if options["concurrency"] < 1 or options["threads"] < 0:
            raise CommandError("--concurrency must be at least 1 and --threads not negative.")
        device = self._device(queues, options["gpu"])
        # Of the processors that this process may use (a container's), and shared among the tasks.
        threads = options["threads"] or max(1, len(os.sched_getaffinity(0)) // options["concurrency"])
        self.stdout.write(f"worker for {', '.join(queues)}: device {device}, {threads} threads")
        self.stdout.flush()
        environment = {**os.environ, "WORKER_DEVICE": device, "WORKER_THREADS": str(threads)}
        # Celery looks for the application in the working directory, which may be any.
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(settings.ROOT), os.environ.get("PYTHONPATH"))))
        environment |= dict.fromkeys(THREAD_LIMITS, str(threads)) | {"OPENCV_FOR_THREADS_NUM": "1"}
        command = celery_command(queues, options["concurrency"], beat=options["beat"])
        os.execve(command[0], command, environment)  # noqa: S606 - our own interpreter; no shell is involved

    def _device(self, queues: list[str], gpu: int | None) -> str:
        if not (MODEL_QUEUES | LIVE_QUEUES) & set(queues):
            os.environ["CUDA_VISIBLE_DEVICES"] = ""
            return "cpu"
        if gpu is not None:
            os.environ["CUDA_VISIBLE_DEVICES"] = str(gpu)
        device = available_devices()[0]
        if device == "cpu" and MODEL_QUEUES & set(queues) and not settings.ALLOW_CPU_FALLBACK:
            wanted = "a GPU" if gpu is None else f"GPU {gpu}"
            raise CommandError(
                f"Queue {', '.join(sorted(MODEL_QUEUES & set(queues)))} needs {wanted}, and none can be used here. "
                "Check the driver and requirements/cuda.txt, or set ALLOW_CPU_FALLBACK=1 to work on the processor."
            )
        if device == "cpu" and gpu is not None:
            self.stderr.write(f"GPU {gpu} cannot be used here; working on the processor (ALLOW_CPU_FALLBACK is on).")
        return device


def celery_command(queues: list[str], concurrency: int, *, beat: bool = False) -> list[str]:
    """The command line of a worker; its name tells queues and process apart."""
    command = [sys.executable, "-m", "celery", "-A", "axolotl_project", "worker", "--pool", "prefork"]
    command += ["--queues", ",".join(queues), "--concurrency", str(concurrency)]
    command += ["--hostname", f"{'+'.join(queues)}.{os.getpid()}@%h", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle"]
    if beat:
        command += ["--beat", "--schedule", str(settings.VAR / "beat-schedule")]
    return command
