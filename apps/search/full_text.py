"""The database's own full text over the entries: FTS5 on SQLite, a weighted `tsvector` on PostgreSQL.

Both are kept by the database itself (triggers, a generated column), so no write can forget them. Both read `folded`
(first line the title, second the tags, then the text), stem English words, and leave other languages' words alone but
for their accents.

A later migration that remakes the table on SQLite drops its triggers: it must end with `install` again (a test looks).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from apps.core.folding import fold

TABLE = "search_indexentry"
WEIGHTS = {"title": 3.0, "tags": 2.0, "text": 1.0}
"""How much a word counts by where it stands; chosen on the questions of the split `tune`."""
MAX_WORDS = 24
"""A question has fewer; of a long text these first ones are enough."""
_WORD = re.compile(r"\w+")
# Words that stand everywhere, in the languages that coaches of the demo write; they would only find noise.
_STOP = frozenset(
    fold(
        "a about all also am an and any are as at be because been but by can could did do does doing for from get had "
        "has have having he her him his how i if in into is it its just kind let like make many me might more most "
        "much my need not of on one or our out over she should so some such than that the their them then there these "
        "they thing this to too under up us use very was we were what when where which while who whom why will with "
        "would you your "
        "al algo como con cual cuando cuanto de del desde donde el ella ellos en entre es esta estan este esto hay la "
        "las le les lo los mas me mi mis muy no nos o para pero por porque puede puedo que quien se ser si sin sobre "
        "son su sus tan te tengo tiene tu un una unas uno unos y ya yo"
    ).split()
)

_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(title, tags, text, tokenize='porter unicode61')",
    "CREATE TRIGGER IF NOT EXISTS search_text_added AFTER INSERT ON search_indexentry BEGIN {insert} END",
    "CREATE TRIGGER IF NOT EXISTS search_text_changed AFTER UPDATE OF folded ON search_indexentry "
    "BEGIN {delete} {insert} END",
    "CREATE TRIGGER IF NOT EXISTS search_text_removed AFTER DELETE ON search_indexentry BEGIN {delete} END",
)
_SQLITE_DELETE = "DELETE FROM search_text WHERE rowid = old.id;"
_SQLITE_REST = "substr(new.folded, instr(new.folded, char(10)) + 1)"
_SQLITE_INSERT = (
    "INSERT INTO search_text(rowid, title, tags, text) SELECT new.id, "
    "substr(new.folded, 1, instr(new.folded, char(10)) - 1), "
    f"substr({_SQLITE_REST}, 1, instr({_SQLITE_REST}, char(10)) - 1), "
    f"substr({_SQLITE_REST}, instr({_SQLITE_REST}, char(10)) + 1);"
)
_POSTGRES = (
    "ALTER TABLE search_indexentry ADD COLUMN words tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('english', split_part(folded, E'\\n', 1)), 'A') || "
    "setweight(to_tsvector('english', split_part(folded, E'\\n', 2)), 'B') || "
    "setweight(to_tsvector('english', substr(folded, length(split_part(folded, E'\\n', 1)) "
    "+ length(split_part(folded, E'\\n', 2)) + 3)), 'D')) STORED",
    "CREATE INDEX search_words ON search_indexentry USING gin (words)",
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry that has some of the words; a higher score is better, comparable within one search only."""

    entry_id: int
    score: float


def install(wrapper: BaseDatabaseWrapper) -> None:
    """Make the full text of this database; called by migrations."""
    if wrapper.vendor == "sqlite":
        statements = [line.format(insert=_SQLITE_INSERT, delete=_SQLITE_DELETE) for line in _SQLITE]
    elif wrapper.vendor == "postgresql":
        statements = list(_POSTGRES)
    else:
        raise NotImplementedError(f"{wrapper.vendor} has no full text here; use SQLite or PostgreSQL.")
    with wrapper.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def uninstall(wrapper: BaseDatabaseWrapper) -> None:
    """Take it away again; called when the migration is undone."""
    postgres = ("ALTER TABLE search_indexentry DROP COLUMN IF EXISTS words",)
    names = ("added", "changed", "removed")
    sqlite = (*(f"DROP TRIGGER IF EXISTS search_text_{name}" for name in names), "DROP TABLE IF EXISTS search_text")
    with wrapper.cursor() as cursor:
        for statement in postgres if wrapper.vendor == "postgresql" else sqlite:
            cursor.execute(statement)


def words_of(query: str) -> list[str]:
    """Return the folded words of a question that say something, each once; all, where none of them does."""
    words = list(dict.fromkeys(_WORD.findall(fold(query))))
    telling = [word for word in words if word not in _STOP and len(word) > 1]
    return (telling or words)[:MAX_WORDS]


def ranked(rows: QuerySet[Model], words: Sequence[str], limit: int) -> list[Ranked]:
    """Return which of the rows (of `IndexEntry`) have any of the words, best first.

    Args:
        words: as `words_of` gives them: letters and digits only, so they can be no operators.
    """
    if not words:
        return []
    allowed, parameters = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sql, more = _sqlite_query(allowed)
            cursor.execute(sql, [*more, " OR ".join(f'"{word}"' for word in words), *parameters, limit])
        else:
            cursor.execute(_postgres_query(allowed, len(words)), [*parameters, *words, *words, limit])
        return [Ranked(int(key), float(score)) for key, score in cursor.fetchall()]


def _sqlite_query(allowed: str) -> tuple[str, list[float]]:
    sql = (
        "SELECT rowid, -bm25(search_text, %s, %s, %s) AS score FROM search_text "  # noqa: S608 - Django's own query
        f"WHERE search_text MATCH %s AND rowid IN ({allowed}) ORDER BY score DESC, rowid LIMIT %s"
    )
    return sql, list(WEIGHTS.values())


def _postgres_query(allowed: str, count: int) -> str:
    """Each word's rank times its rarity: PostgreSQL's own rank does not know that a common word says little.

    Whoever has any of the words is among the candidates, so counting there is counting everywhere.
    """
    weights = f"'{{{WEIGHTS['text'] / WEIGHTS['title']:.3f}, 0, {WEIGHTS['tags'] / WEIGHTS['title']:.3f}, 1}}'"
    word = "plainto_tsquery('english', %s)"
    return (
        f"WITH allowed AS MATERIALIZED ({allowed}), candidates AS MATERIALIZED (SELECT id, words FROM {TABLE} "  # noqa: S608
        f"WHERE words @@ ({' || '.join([word] * count)}) AND id IN (SELECT id FROM allowed)), "
        f"asked AS (SELECT DISTINCT word FROM (VALUES {', '.join([f'({word})'] * count)}) AS given(word) "
        "WHERE numnode(word) > 0), "
        "weighed AS MATERIALIZED (SELECT word, ln(1 + (SELECT count(*) FROM allowed)::float "
        "/ greatest(1, (SELECT count(*) FROM candidates WHERE words @@ word))) AS rarity FROM asked) "
        f"SELECT id, sum(ts_rank({weights}, words, word, 1) * rarity) AS score "
        "FROM candidates JOIN weighed ON words @@ word GROUP BY id ORDER BY score DESC, id LIMIT %s"
    )
