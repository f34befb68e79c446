"""Live sessions: frames in, figures out while they play."""
