"""Settings of the project's own tests: as the playground's, on a PostgreSQL that is started when there is none.

TRUNCATE of the ledger is allowed to the session, because Django empties tables between transaction tests.
"""

from __future__ import annotations

import os
import tempfile

from playground.database import django_database, ensure_server
from playground.settings import *  # noqa: F403  (settings are extended this way in Django)

DATABASES = {"default": django_database(os.environ.get("DATABASE_URL") or ensure_server(durable=False))}
DATABASES["default"]["OPTIONS"] = {"options": "-c saleor_loyalty.allow_truncate=on"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PLAYGROUND_PRIVATE_FILES = tempfile.mkdtemp(prefix="saleor-loyalty-tests-")
# Receivers of events are servers of the tests, on this machine.
LOYALTY_EVENT_PRIVATE_NETWORKS = True
