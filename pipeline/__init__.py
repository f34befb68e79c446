"""What a scan is: steps, plans, artefacts, the runner, and Celery at its edge. Knows no Django."""
