"""The articles that ship with the project: Markdown with YAML front matter, from `fixtures/knowledge/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.core.errors import InvalidRequest
from apps.feedback.models import KnowledgeDocument
from apps.search import services as index
from apps.search.documents import Kind, ages_of

LIBRARY = Path(settings.ROOT) / "fixtures" / "knowledge"
FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<text>.*)\Z", re.DOTALL)
FIELDS = ("slug", "title", "age_groups", "tags", "sources", "reviewed", "licence")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many articles are new, changed and gone."""

    made: int
    updated: int
    removed: int


def load_knowledge(folder: Path = LIBRARY) -> Loaded:
    """Load the articles of a folder; those that are gone from it go. All or none; the index follows at once.

    Raises:
        InvalidRequest: an article cannot be read; the message says which and why.
    """
    articles = [read_article(path) for path in sorted(folder.glob("*.md")) if path.name != "README.md"]
    if not articles:
        raise InvalidRequest(f"There are no articles (*.md) in {folder}.")
    known = {row.slug: row for row in KnowledgeDocument.objects.get_queryset()}
    made = updated = 0
    with transaction.atomic():
        for article in articles:
            row = known.pop(article["slug"], None)
            if row is None:
                KnowledgeDocument(**article).save(force_insert=True)
                made += 1
            elif any(getattr(row, name) != value for name, value in article.items()):
                KnowledgeDocument.objects.filter(pk=row.pk).update(**article, updated_at=timezone.now())
                updated += 1
        KnowledgeDocument.objects.filter(slug__in=known).delete()
    index.refresh(None, [Kind.ARTICLE])
    return Loaded(made, updated, len(known))


def read_article(path: Path) -> dict[str, Any]:
    """Return an article's fields.

    Raises:
        InvalidRequest: it is not as `fixtures/README.md` says.
    """
    try:
        found = FRONT.match(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InvalidRequest(f"{path.name}: it cannot be read as text in UTF-8.") from None
    if found is None:
        raise InvalidRequest(f"{path.name}: it must begin with front matter between two lines of ---.")
    try:
        front: dict[str, Any] = yaml.safe_load(found["front"])
        article = {name: front[name] for name in FIELDS} | {"text": found["text"].strip()}
        article["age_groups"] = [] if article["age_groups"] == "all" else list(article["age_groups"])
        ages_of(article["age_groups"] or "all")
        KnowledgeDocument(**article).full_clean(validate_unique=False)
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise InvalidRequest(f"{path.name}: {error}") from None
    except ValidationError as error:
        raise InvalidRequest(f"{path.name}: {'; '.join(error.messages)}") from None
    if article["slug"] != path.stem or not isinstance(article["reviewed"], date):
        raise InvalidRequest(f"{path.name}: the slug must be the file's name, `reviewed` a date.")
    return article
