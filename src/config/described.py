"""Settings to describe the commands by: the environment is not read, and nothing runs on them."""

from config.installed import AUTH_USER_MODEL, INSTALLED_APPS

__all__ = ["AUTH_USER_MODEL", "INSTALLED_APPS", "USE_TZ"]

USE_TZ = True
