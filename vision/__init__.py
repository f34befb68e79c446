"""Computer vision for football: arrays in, arrays out.

Knows no Django, Celery, Redis, network or database; usable alone.
"""
