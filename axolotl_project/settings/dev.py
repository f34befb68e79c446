"""For work on the code: error pages with details, any origin may call."""

from axolotl_project.settings import *

DEBUG = True
CORS_ALLOW_ALL_ORIGINS = True
LOG_LEVEL = "DEBUG"
