"""Statistics of the dashboard in NumPy alone: the web process loads no SciPy, the tests compare with it."""
