"""Django admin: ``build`` puts it together, one module for each table."""
