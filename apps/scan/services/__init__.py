"""Rules and writes of scans."""
