"""Routes of scans, by subject: read the request, call one service or selector, answer."""
