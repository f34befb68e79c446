"""What `make demo` shows: a made-up club with a synthetic season, and one real clip scanned through the real chain."""
