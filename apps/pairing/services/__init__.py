"""Writes and rules of pairing: offers, joining, devices."""
