"""Django's side of `pipeline.ports`: jobs in the database, artefacts on disk or Azure Blob, progress over Channels."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from apps.core.housekeeping import tidy
from apps.scan.adapters.artefacts import AzureArtefactStore, LocalArtefactStore
from apps.scan.adapters.jobs import DjangoJobStore
from apps.scan.adapters.progress import ChannelsProgressSink
from pipeline.ports import ArtefactStore, Machine, Ports, install

__all__ = ["AzureArtefactStore", "ChannelsProgressSink", "DjangoJobStore", "LocalArtefactStore", "install_ports"]


def install_ports() -> None:
    """Make Django's adapters the ports of this process. Opens no connection and reads no file."""
    bodies = Path(settings.SMPL_MODEL_DIR) if settings.SMPL_MODEL_DIR else None
    machine = Machine(Path(settings.MODEL_DIR), settings.WORKER_DEVICE, settings.WORKER_THREADS, bodies)
    install(Ports(DjangoJobStore(), _artefact_store(), ChannelsProgressSink(), machine, tidy))


def _artefact_store() -> ArtefactStore:
    if settings.AZURE_STORAGE_CONNECTION:
        return AzureArtefactStore(settings.AZURE_STORAGE_CONNECTION, settings.AZURE_STORAGE_CONTAINER)
    return LocalArtefactStore(settings.ARTEFACT_ROOT)
