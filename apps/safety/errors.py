"""What can be wrong with the input of the rules engine."""

from __future__ import annotations


class SafetyInputError(ValueError):
    """An event or profile cannot be judged as given; the message says what would be right."""


class PolicyError(ValueError):
    """A policy file is malformed; the message names the file, the rule and what is expected."""
