"""A report on paper: a page a player for parents, a page a session for coaches, as PDF.

Only what was measured and can be true is shown, each figure with its unit and its 90 % interval, beside the grade, the
time in view and where the metres come from. Texts come from the KPI catalogue and `words.py`, in the reader's language,
units and time zone. `sheet.py` is the paper, `drawings.py` what is drawn on it, `content.py` what is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from apps.core.errors import NotFound
from apps.scan.exports.source import ALL_PLAYERS, ExportSource

if TYPE_CHECKING:
    from apps.scan.exports.report.content import Telling

NO_FIGURES = "There are no figures in this session yet."
NOT_HIS = "There are no figures of this player in this session."


def write_pdf(source: ExportSource) -> Iterator[bytes]:
    """The page of the player or track that was asked for, of every named player (`all`), or of the session.

    Players and guardians get the pages of those who are theirs.

    Raises:
        NotFound: there are no figures, or none of this player.
    """
    # fpdf2 and its letters are some 20 MB that a web process needs only when somebody prints.
    from apps.scan.exports.report.content import language_of, tellings
    from apps.scan.exports.report.player_page import player_page
    from apps.scan.exports.report.session_page import session_page
    from apps.scan.exports.report.sheet import Sheet

    everybody = tellings(source)
    if not everybody:
        raise NotFound(NO_FIGURES)
    sheet = Sheet(title=str(source.session), language=language_of(source.reader))
    asked = _asked(source, everybody)
    if asked is None:
        session_page(sheet, source, everybody, (1, 1))
    else:
        for place, one in enumerate(asked, 1):
            player_page(sheet, source, one, (place, len(asked)))
    return iter([bytes(sheet.output())])


def _asked(source: ExportSource, everybody: list[Telling]) -> list[Telling] | None:
    """Whose pages; `None` for the session's."""
    about = source.about
    if about is None and source.reader.everybody:
        return None
    if about is None or about == ALL_PLAYERS:
        found = [one for one in everybody if one.named]
    else:
        found = [one for one in everybody if about in (one.player_id, one.track_id)]
    if not found:
        raise NotFound(NOT_HIS)
    return found
