"""The playground's Celery app: there is no broker and no worker, so a task runs at once, where it is sent.

What the shop and the loyalty package send (a settlement on commit, the next batch of a sweep or of the reconciliation)
runs in the process that sends it, and an error comes back to the sender. ``tests/worker`` runs the same app with a
broker and a worker of its own.
"""

from __future__ import annotations

from celery import Celery

app = Celery("playground")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
