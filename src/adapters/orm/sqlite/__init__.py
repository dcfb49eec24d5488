"""Django's SQLite backend, for a file that nobody makes by accident."""
