"""The two endpoints as most teams would write them today, on the service's own tables.

Django REST Framework, SimpleJWT with RS256, one ORM count for each gauge, ``prometheus_client`` on
a registry made for the request, gunicorn. It checks the token's row and the caller's place, as any
careful team would; it leaves out what would cost it more: the last use of a token is not written,
scrapes have no budget, and collectors are not isolated from each other.
"""
