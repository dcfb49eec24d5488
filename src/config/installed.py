"""What is installed, whatever the environment says."""

AUTH_USER_MODEL = "shellui.User"
INSTALLED_APPS = [
    "adapters.orm",
    "adapters.admin",
    "adapters.pages",
    "config.apps.Commands",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "ninja",
]
