"""The evidence: what the tables hold about a session and its players, as a brief for an engine."""

from __future__ import annotations

from apps.feedback.evidence.building import LIVE, Wish, build_brief, fingerprint
from apps.feedback.evidence.retrieval import retrieve_for

__all__ = ["LIVE", "Wish", "build_brief", "fingerprint", "retrieve_for"]
