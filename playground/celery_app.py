"""The playground's Celery app: there is no broker and no worker, so a task runs at once, where it is sent.

The shop settles orders itself when it commits (``loyalty.settle_on_commit``). What the loyalty package sends (the next
batch of a sweep or of the reconciliation, a settlement on commit) runs in the process that sends it, and an error
comes back to the sender.
"""

from __future__ import annotations

from celery import Celery

app = Celery("playground")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
