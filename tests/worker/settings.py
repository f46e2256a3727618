"""Settings of a worker's own process: the playground's, with a broker that is a folder, and a beat that hurries.

The database, the files and the broker are those of the test that starts the process.
"""

import datetime
import os

from playground.settings import *  # noqa: F403  (settings are extended this way in Django)
from saleor_loyalty.adapter.periodic import SCHEDULE

from .broker import URL, transport_options

# Receivers of events are servers of the tests, on this machine.
LOYALTY_EVENT_PRIVATE_NETWORKS = True

CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = URL
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(os.environ["WORKER_BROKER"])
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": datetime.timedelta(seconds=2)} for name, (task, _) in SCHEDULE.items()
}
