"""What a run of dbt does for nobody, left out: `docs/benchmarks.md` tells what each costs.

dbt's own objects are asked for less, none of its code is replaced. Where a later dbt has other objects, nothing is
left out.
"""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path
from typing import Any

from dbt.events.logging import EventLevel, get_event_manager, track_behavior_change_warn

# A node leaves thousands of objects for good. Python's own limit of 700 has them looked through again and again.
COLLECT_AFTER = 200_000
# Below this size (bytes) of all deliveries the engine's own threads cost more than they give: dbt has two nodes
# at work anyway, and a question about a few thousand rows is over before a second thread has begun.
SMALL = 200_000_000


def spare_a_run() -> None:
    """Make this run of dbt cheaper. Call it once, when everything is parsed and nothing has been built."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 50)
    with contextlib.suppress(AttributeError):
        drop_unheard_events()


def drop_unheard_events() -> None:
    """End an event of level debug where it begins if no log wants it: dbt writes its line twice and then drops it."""
    manager = get_event_manager()
    unheard = {EventLevel.DEBUG, EventLevel.TEST}
    wanted = any(logger.level in unheard for logger in manager.loggers)
    listeners = [
        callback
        for callback in manager.callbacks
        if callback is not track_behavior_change_warn and getattr(callback, "hears_debug", True)
    ]
    if wanted or listeners or "fire_event" in vars(manager):
        return
    fire = manager.fire_event

    def fire_if_heard(event: Any, level: EventLevel | None = None, *rest: Any, **named: Any) -> None:
        if (level or event.level_tag()) not in unheard:
            fire(event, level, *rest, **named)

    manager.fire_event = fire_if_heard


def engine_threads(deliveries: Path) -> int | None:
    """Return how many threads the engine is to use for one statement, None for its own choice."""
    size = sum(file.stat().st_size for file in deliveries.rglob("*.csv"))
    return 1 if size < SMALL else None
