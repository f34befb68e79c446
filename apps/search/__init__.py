"""The index of texts, and finding them by words and by meaning."""
