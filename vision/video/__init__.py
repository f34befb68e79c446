"""Video files in and out: probing, exact frame times, exact frames, writing."""
