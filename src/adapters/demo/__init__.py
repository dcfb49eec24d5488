"""The demo: made-up companies and people, and the lines to try the service with."""
