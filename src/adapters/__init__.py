"""Adapters: the domain's ports made of Django's ORM, PyJWT and prometheus_client."""
