"""Django's settings. Importable as it is: the embedded default; environment variables switch parts."""

from axolotl_project.settings.api import *
from axolotl_project.settings.assistant import *
from axolotl_project.settings.base import *
from axolotl_project.settings.celery import *
from axolotl_project.settings.channels import *
from axolotl_project.settings.logging import *
from axolotl_project.settings.redis import *
from axolotl_project.settings.security import *
from axolotl_project.settings.storage import *
from axolotl_project.settings.telemetry import *
