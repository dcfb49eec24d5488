"""The command line: ``manage.py``, its commands, and what they share."""
