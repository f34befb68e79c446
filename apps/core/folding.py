"""Text as it is searched: without case and accents, alike on every database.

SQLite compares only ASCII without case and PostgreSQL keeps accents, so the folded form is stored beside the text.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take apart into a plain one and a mark."""
MAX_WORDS = 8
"""More words than this only make a search slower, never better."""


def fold(text: str) -> str:
    """Return text without case and accents: "MÜLLER" and "muller" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_LETTERS)


def words_of(query: str) -> list[str]:
    """Return the folded words of a search, each once, the first `MAX_WORDS`."""
    return list(dict.fromkeys(fold(query).split()))[:MAX_WORDS]


class FoldedTextField(models.TextField[str, str]):
    """The folded form of other fields of the row, made whenever the row is written."""

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(*args, **{"editable": False, "blank": True, "default": "", **kwargs})

    def deconstruct(self) -> Any:
        """Name the sources in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  (Django's form)
        """Fold the sources as they are now."""
        folded = fold("\n".join(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, folded)
        return folded


class FoldsOnUpdate(models.Model):
    """A row whose `folded` is written with its sources also where `save` names the fields."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Add `folded` to the fields that are written where one of its sources is among them."""
        field = self._meta.get_field("folded")
        if update_fields is not None and isinstance(field, FoldedTextField):
            update_fields = {*update_fields, *(["folded"] if {*field.sources} & {*update_fields} else [])}
        super().save(*args, update_fields=update_fields, **kwargs)
