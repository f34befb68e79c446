"""Backups: database, films and artefacts with their hashes, and back; who was erased stays erased."""
