"""Which drill is meant by a name, and a session's parts with one in another's place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from apps.calendar.instructions.intent import Swap
from apps.calendar.instructions.questions import Asked, Language, Option, say
from apps.core.folding import fold

MOST_NAMED = 4
LIKE = 0.5
"""Least likeness of a name that is offered instead (difflib's ratio): below it they have only letters in common."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LibraryDrill:
    """What must be known of a drill to put it into a session."""

    key: str
    title: str
    youngest: int
    oldest: int
    headers: int = 0
    head_contact: bool = False
    conditioning: bool = False


@dataclass(slots=True)
class Swapped:
    """Parts of a session after the swaps, the drills that went and came, and what must be asked first."""

    drills: list[dict[str, Any]]
    old: list[LibraryDrill] = field(default_factory=list)
    new: list[LibraryDrill] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def swap_drills(
    swaps: Sequence[Swap],
    parts: Sequence[dict[str, Any]],
    library: Sequence[LibraryDrill],
    group: int | None,
    language: Language,
) -> Swapped:
    """Put drills in the place of others, each as long as the one before; only drills that suit the age."""
    done = Swapped([dict(part) for part in parts])
    for swap in swaps:
        place = _place_of(swap, done, language)
        if place is None:
            continue
        drill = _drill_for(swap, library, group, language, done) if swap.new is not None else None
        if swap.new is not None and drill is None:
            continue
        gone = done.drills[place]
        known = [one for one in library if one.key == gone.get("drill")]
        done.old += known or [LibraryDrill("", str(gone["title"]), 0, 99)]
        if drill is None:
            del done.drills[place]
        else:
            done.new.append(drill)
            done.drills[place] = {**gone, "drill": drill.key, "title": drill.title}
    return done


def _place_of(swap: Swap, done: Swapped, language: Language) -> int | None:
    titles = list(enumerate(str(part["title"]) for part in done.drills))
    if not titles:
        done.asked.append(Asked(say("no_parts", language)))
        return None
    found = fitting(swap.old, titles, lambda pair: pair[1])
    if len(found) == 1:
        return found[0][0]
    if found:
        names = tuple(Option(title, _said(swap, title)) for _, title in found[:MOST_NAMED])
        done.asked.append(Asked(say("which_drill", language, name=swap.old), names))
    else:
        drills = ", ".join(title for _, title in titles)
        done.asked.append(Asked(say("no_such_part", language, name=swap.old, drills=drills)))
    return None


def _said(swap: Swap, old: str) -> str:
    return f"leave out the drill {old}" if swap.new is None else f"swap {old} with {swap.new}"


def _drill_for(
    swap: Swap, library: Sequence[LibraryDrill], group: int | None, language: Language, done: Swapped
) -> LibraryDrill | None:
    name = swap.new or ""
    suited = [one for one in library if group is None or one.youngest <= group <= one.oldest]
    found = fitting(name, suited, lambda one: one.title)
    if len(found) == 1:
        return found[0]
    if not found and (others := fitting(name, library, lambda one: one.title)):
        other = others[0]
        why = "too_young" if group is not None and group < other.youngest else "too_old"
        text = say(why, language, name=other.title, youngest=other.youngest, oldest=other.oldest)
        done.asked.append(Asked(text))
        return None
    near = found or _alike(name, suited)
    options = tuple(Option(one.title, f"swap {swap.old} with {one.title}") for one in near[:MOST_NAMED])
    done.asked.append(Asked(say("which_drill" if found else "no_such_drill", language, name=name), options))
    return None


def fitting(name: str, things: Sequence[T], title_of: Callable[[T], str]) -> list[T]:
    """Things of that name; else those whose title has all its words."""
    wanted = fold(name).split()
    same = [thing for thing in things if fold(title_of(thing)).split() == wanted]
    if same or not wanted:
        return same[:1]
    return [thing for thing in things if set(wanted) <= set(fold(title_of(thing)).split())]


def _alike(name: str, library: Sequence[LibraryDrill]) -> list[LibraryDrill]:
    wanted = fold(name)
    scored = [(difflib.SequenceMatcher(None, wanted, fold(one.title)).ratio(), one.title, one) for one in library]
    return [one for score, _, one in sorted(scored, key=lambda found: (-found[0], found[1])) if score >= LIKE]
