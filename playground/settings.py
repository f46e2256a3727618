"""Django settings of the playground: PostgreSQL by ``DATABASE_URL``, the loyalty app, the shop, nothing else."""

from __future__ import annotations

import os
import tempfile

from playground.database import django_database

SECRET_KEY = "playground: not a secret, the data is made up"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
ROOT_URLCONF = "playground.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "playground.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "playground",
    "saleor_loyalty",
]
MIDDLEWARE: list[str] = []

DATABASES = {"default": django_database(os.environ.get("DATABASE_URL", ""))}

LOYALTY_HOST = "playground.host.PlaygroundHost"
# What the operator of a real host does by switching the plugin off.
PLAYGROUND_LOYALTY_IS_ACTIVE = True
# Where the playground is reached: links begin with it.
PLAYGROUND_URL = os.environ.get("PLAYGROUND_URL", "http://localhost:8000")
# Exports and uploaded lists. No address serves this folder.
PLAYGROUND_PRIVATE_FILES = os.environ.get(
    "PLAYGROUND_PRIVATE_FILES", f"{tempfile.gettempdir()}/saleor-loyalty-playground"
)

# There is no broker: a task runs where it is sent (celery_app.py).
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
