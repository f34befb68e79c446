"""The platform's own settings, on tables made straight from the models: migrations take half a minute."""

from axolotl_project.settings import *  # noqa: F403


class _NoMigrations(dict[str, None]):
    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


MIGRATION_MODULES = _NoMigrations()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
