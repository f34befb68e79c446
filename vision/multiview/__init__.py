"""Several cameras on one scene: triangulation, synchronisation, association."""
