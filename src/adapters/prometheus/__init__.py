"""Expositions with prometheus_client."""
