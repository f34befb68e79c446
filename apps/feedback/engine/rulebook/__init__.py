"""The rule-based coach's parts: what matters in the evidence, what to train, how to answer, and the words for it."""
