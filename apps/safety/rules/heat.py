"""Heat: the wet-bulb globe temperature (WBGT) expected at an event. A band is that of the temperature."""

from __future__ import annotations

from collections.abc import Iterator

from apps.safety.pack import Band
from apps.safety.rules.case import Case, Outcome, amount
from apps.safety.verdict import Gap


def heat_cancel(case: Case, band: Band) -> Iterator[Outcome]:
    """Above this nothing takes place."""
    wbgt = case.entry.wbgt_c
    if wbgt is None:
        yield case.missing(band.rule_id, Gap.WBGT, "the expected WBGT")
    elif wbgt > band["wbgt_c"]:
        text = f"A WBGT of {amount(wbgt)} °C is expected; above {amount(band['wbgt_c'])} °C cancel or move the event."
        yield case.finding(band, text, wbgt, (band["wbgt_c"], "°C"))


def heat_duration(case: Case, band: Band) -> Iterator[Outcome]:
    """How long an event may last in the heat."""
    if case.slot.minutes > band["minutes"]:
        text = (
            f"At a WBGT of {amount(case.entry.wbgt_c or 0.0)} °C the event may last {amount(band['minutes'])} minutes; "
            f"planned are {amount(case.slot.minutes)}."
        )
        yield case.finding(band, text, case.slot.minutes, (band["minutes"], "min"))


def heat_conditioning(case: Case, band: Band) -> Iterator[Outcome]:
    """No running for fitness in the heat."""
    if case.entry.conditioning is None:
        yield case.missing(band.rule_id, Gap.CONDITIONING, "whether conditioning is planned")
    elif case.entry.conditioning:
        wbgt = case.entry.wbgt_c or 0.0
        text = f"At a WBGT of {amount(wbgt)} °C leave conditioning out; from {amount(band.low)} °C it is too much."
        yield case.finding(band, text, wbgt, (band.low, "°C"))


def heat_breaks(case: Case, band: Band) -> Iterator[Outcome]:
    """How many breaks of which length an hour needs."""
    breaks = case.entry.breaks
    needed = (band["breaks_per_hour"], band["break_minutes"])
    if breaks is not None and breaks.per_hour >= needed[0] and breaks.minutes >= needed[1]:
        return
    planned = 0.0 if breaks is None else breaks.per_hour * breaks.minutes
    text = f"Plan {amount(needed[0])} breaks of {amount(needed[1])} minutes in every hour, in the shade and with water."
    yield case.finding(band, text, planned, (needed[0] * needed[1], "min of breaks an hour"))
