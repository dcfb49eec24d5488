"""The Django app: models, migrations, admin, and the ports made of the ORM."""
