"""Training plans, judged by the safety rules."""
