"""Settings of the Saleor benchmark: Saleor's own test settings, made like those of a shop that is open.

With the package, or with ``BENCHMARK_WITHOUT_LOYALTY`` set as if it were not installed. Both have all of Saleor's
built-in plugins; tasks are sent to a broker in memory, which nobody reads, instead of being run in the request; the
guards that only Saleor's tests have are off.
"""

from __future__ import annotations

import os

if os.environ.get("BENCHMARK_WITHOUT_LOYALTY"):
    from tests.saleor.settings_without_loyalty import *  # noqa: F403

    PLUGINS = list(BUILTIN_PLUGINS)  # noqa: F405
else:
    from tests.saleor.settings import *  # noqa: F403

    PLUGINS = [*BUILTIN_PLUGINS, "saleor_loyalty.adapter.plugin.LoyaltyPlugin"]  # noqa: F405

ALLOWED_HOSTS = ["testserver"]
ALLOWED_CLIENT_HOSTS = ["*"]
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = False
MIDDLEWARE = [name for name in MIDDLEWARE if not name.endswith("restrict_writer_middleware")]  # noqa: F405
TELEMETRY_TRACER_CLASS = "saleor.core.telemetry.trace.Tracer"
TELEMETRY_METER_CLASS = "saleor.core.telemetry.metric.Meter"
