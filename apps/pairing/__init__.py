"""Phones, cameras and edge boxes that speak for a team."""
