"""Configuration and composition: the environment in, the running service out."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
