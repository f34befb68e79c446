"""Shapes of the dashboard in the API."""
