"""What can be wrong with the input of the rules engine."""

from __future__ import annotations


class SafetyInputError(ValueError):
    """An event or profile cannot be judged as given; the message says what would be right."""


class PolicyError(ValueError):
    """A policy pack is malformed or too loose; each of `faults` names the rule and what is expected."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
