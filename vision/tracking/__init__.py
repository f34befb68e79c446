"""Who is who from frame to frame: boxes in, identities out."""
