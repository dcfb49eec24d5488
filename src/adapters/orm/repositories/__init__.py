"""The domain's ports, made of the ORM."""
