"""Collectors: each answers with a fixed number of queries, however many users or companies."""
