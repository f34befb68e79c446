"""The steps of a scan, one module each; `pipeline.steps.registry` maps names to them."""
