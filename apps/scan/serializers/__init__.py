"""Shapes of what the scan routes take and answer; their names are the components of the OpenAPI schema."""
