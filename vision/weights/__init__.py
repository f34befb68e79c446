"""Model files: what exists (`registry`), how it gets into the model directory (`fetch`, `convert`), and its check."""
