"""The policy library's tests: no Django, no network, milliseconds."""
