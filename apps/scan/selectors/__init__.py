"""Reading scans, always by who asks."""
