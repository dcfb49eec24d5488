"""Metric families, the catalogue of what is served, and their collection."""
