"""Rendered films of the open body model playing football, with exact truth: from pixels to figures."""
