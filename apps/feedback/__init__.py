"""The coach's assistant: feedback from evidence, with the knowledge behind it."""
