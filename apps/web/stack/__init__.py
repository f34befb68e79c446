"""The whole platform as one process tree: what `manage.py up` and `manage.py demo` start and stop."""
