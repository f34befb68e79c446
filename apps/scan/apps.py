"""App configuration: installs the pipeline's ports when Django is ready."""

from django.apps import AppConfig


class ScanConfig(AppConfig):
    """Scans."""

    name = "apps.scan"
    label = "scan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the pipeline its ports, sessions their summaries, and deletion what it must take along."""
        from apps.scan import observability
        from apps.scan.adapters import install_ports
        from apps.scan.lifecycle import register

        install_ports()
        register()
        observability.register()
