"""Answers as the API's page shows them."""
