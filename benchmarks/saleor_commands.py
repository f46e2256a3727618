"""How a Saleor process of a benchmark is told what to do: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any


def serve(worker: Any) -> None:
    """Read commands until the input ends: ``do`` is a method of the worker, the rest its arguments."""
    logging.disable(logging.WARNING)
    # Whatever prints must not come between the answers.
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(worker, command.pop("do"))(**command)
        print(json.dumps(answer), file=out, flush=True)
