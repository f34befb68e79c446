"""Writes and rules of sessions, by subject: `sessions`, `notes`, `loads`, `attachments`, `retention`."""
