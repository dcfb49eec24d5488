"""The floor: a bare Django view that returns the same bytes, behind the service's own server."""
