"""App configuration: installs the pipeline's ports when Django is ready."""

from django.apps import AppConfig


class ScanConfig(AppConfig):
    """Scans."""

    name = "apps.scan"
    label = "scan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the pipeline Django's job store, the artefact store and the progress channel."""
        from apps.scan.adapters import install_ports

        install_ports()
