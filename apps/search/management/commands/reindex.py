"""`manage.py reindex`: make the index anew from what the apps know."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.search import asking, services, sources
from apps.search.cloud import mirror, schema
from apps.search.cloud.client import CloudUnavailable, is_configured
from apps.search.documents import Kind
from apps.search.embedding import EmbeddingUnavailable, is_available
from apps.search.embedding_work import embed_pending, pending
from apps.search.services import Refreshed

A_LONG_TIME_S = 24 * 3600.0


class Command(BaseCommand):
    """Reads every text again, takes out what is gone, and embeds what is new. Running it again changes nothing."""

    help = (
        "Bring the search index up to date: sessions, figures, feedback, articles, drills. "
        "Exit code 0: all is found by words and by meaning; 1: something could not be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--team", type=UUID, help="only this team's texts (and no shared ones)")
        parser.add_argument(
            "--kind", action="append", choices=Kind.values, default=[], help="only this kind; repeatable"
        )
        parser.add_argument(
            "--create",
            action="store_true",
            help="make the index of Azure AI Search first, or bring its fields up to date",
        )
        parser.add_argument("--words-only", action="store_true", help="leave the embedding to the workers")

    def handle(self, *args: Any, team: UUID | None, kind: list[str], **options: Any) -> None:
        kinds = [Kind(name) for name in kind]
        unknown = [name for name in kinds if name not in sources.registered()]
        if unknown:
            raise CommandError(f"Nobody names texts of kind {unknown[0]}; there are {', '.join(sources.registered())}.")
        if team is not None and team not in sources.team_ids():
            raise CommandError(f"There is no team {team}.")
        if options["create"]:
            self._create()
        done = self._read([team] if team else [None, *sources.team_ids()], kinds)
        removed = done.removed + (0 if team else services.remove_strangers(sources.team_ids(), kinds))
        self.stdout.write(f"{done.read} texts read: {done.written} new or changed, {removed} taken out.")
        if not options["words_only"]:
            self._embed()
        if is_configured():
            self._mirror()

    def _create(self) -> None:
        if not is_configured():
            raise CommandError("Azure AI Search is not set up: AZURE_SEARCH_ENDPOINT and AZURE_SEARCH_KEY are needed.")
        try:
            name = schema.create()
        except CloudUnavailable as error:
            raise CommandError(str(error)) from None
        mirror.forget()
        self.stdout.write(f"The index {name} of Azure AI Search stands.")

    def _mirror(self) -> None:
        sent = 0
        try:
            for count in mirror.mirror():
                sent += count
                self._progress(f"sending to Azure AI Search: {sent}")
        except CloudUnavailable as error:
            raise CommandError(f"{error} {sent} texts were sent; running this again goes on from there.") from None
        self.stdout.write(f"{sent} texts sent to Azure AI Search.")

    def _read(self, parts: Sequence[UUID | None], kinds: Sequence[Kind]) -> Refreshed:
        done = Refreshed()
        for number, part in enumerate(parts, start=1):
            done += services.refresh(part, kinds)
            self._progress(f"reading: part {number} of {len(parts)}")
        return done

    def _embed(self) -> None:
        asking.make_here()
        left = total = pending().count()
        if not total:
            self.stdout.write("Every text is embedded.")
            return
        try:
            is_available()
            for count in embed_pending(A_LONG_TIME_S):
                left -= count
                self._progress(f"embedding: {total - left} of {total}")
        except EmbeddingUnavailable as error:
            raise CommandError(f"{error} Until then texts are found by words alone.") from None
        self.stdout.write(f"{total} texts embedded.")

    def _progress(self, line: str) -> None:
        """On one line of a terminal; not in a log."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{line} ", ending="")
