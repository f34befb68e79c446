"""One module a subject; each has `run(repeats: int) -> list[Row]`."""
