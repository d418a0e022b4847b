"""What a run of dbt does for nobody, left out: `docs/benchmarks.md` tells what each costs.

dbt's own objects are asked for less, none of its code is replaced. Where a later dbt has other objects, nothing is left out.
"""

from __future__ import annotations

import contextlib
import gc
from typing import Any

from dbt.tracking import track_behavior_change_warn
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import get_event_manager

# Every node leaves some thousand objects for good; dbt's own limit of 700 makes the collector look at all of them again and again.
COLLECT_AFTER = 200_000


def spare_a_run() -> None:
    """Make this run of dbt cheaper. Call it once, when everything is parsed and nothing has been built."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 50)
    with contextlib.suppress(AttributeError):
        drop_unheard_events()


def drop_unheard_events() -> None:
    """Let an event of level debug end where it begins when no log wants it: dbt writes the line first, twice, and then drops it."""
    manager = get_event_manager()
    unheard = {EventLevel.DEBUG, EventLevel.TEST}
    wanted = any(logger.level in unheard for logger in manager.loggers)
    listeners = [callback for callback in manager.callbacks if callback is not track_behavior_change_warn]
    if wanted or listeners or "fire_event" in vars(manager):
        return
    fire = manager.fire_event

    def fire_if_heard(event: Any, level: EventLevel | None = None, *rest: Any, **named: Any) -> None:
        if (level or event.level_tag()) not in unheard:
            fire(event, level, *rest, **named)

    manager.fire_event = fire_if_heard
