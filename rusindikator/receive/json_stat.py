"""From a JSON-stat document, of version 1 or 2, to cubes: labels by dimension, a value, and its number."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rusindikator.receive.catalogue import PERIOD
from rusindikator.receive.delivered import Cube, cell_text, clean
from rusindikator.receive.findings import RefusedError, refuse
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.periods import period_written

MAX_CELLS = 2_000_000
# Sources stamp their files in UTC: what is published at midnight here is stamped the day before.
_HERE = "Europe/Oslo"
_TIME_NAMES = {"tid", "time", "år", "aar", "year", "årgang", "aargang", "periode", "tidsperiode"}
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
# What the format says may be wrong in a spoiled document, as Python says it.
_SPOILED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True)
class Dimension:
    """A dimension of a dataset: its name, and code and label of each category in the order of the values."""

    identity: str
    name: str
    codes: list[str]
    labels: list[str]
    units: dict[str, str]


def read_json_stat(path: Path, text: str) -> list[Cube]:
    """Return the cubes of a JSON-stat document: a dataset, a bundle of version 1 or a collection that holds datasets.

    Raises RefusedError for JSON that is something else, or that is not as the format says.
    """
    name = path.name
    document = _parsed(name, text)
    cubes = []
    for data in _datasets(name, document):
        try:
            cubes.append(_cube(name, data))
        except RefusedError:
            raise
        except _SPOILED as error:
            raise refuse("json_stat_spoiled", file=name, facts={"error": error}) from error
    return cubes


def day_here(stamp: str) -> str:
    """Return the Norwegian day of a time stamp as ISO; '' where there is none, or no table of time zones to tell it.

    Example: '2022-06-14T22:00:00Z' -> '2022-06-15'; a stamp without a time zone is of here.
    """
    try:
        moment = datetime.fromisoformat(stamp.strip())
    except ValueError:
        found = re.match(r"\d{4}-\d{2}-\d{2}", stamp.strip())
        return found[0] if found else ""
    try:
        return (moment.astimezone(ZoneInfo(_HERE)) if moment.tzinfo else moment).date().isoformat()
    except (ZoneInfoNotFoundError, OverflowError):
        return ""


def _parsed(name: str, text: str) -> object:
    def no_constants(constant: str) -> object:
        raise refuse("json_constant", file=name, facts={"constant": constant})

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            raise refuse("json_key_twice", file=name, value=next(key for key in keys if keys.count(key) > 1))
        return found

    try:
        return json.loads(text, parse_constant=no_constants, object_pairs_hook=once)
    except RefusedError:
        raise
    except (ValueError, RecursionError) as error:
        raise refuse("json_unreadable", file=name, facts={"error": error}) from error


def _datasets(name: str, document: object) -> list[dict]:
    """Return the datasets of a document as version 2 writes them; raises RefusedError where there are none."""
    if not isinstance(document, dict):
        raise refuse("json_is_no_dataset", file=name)
    if document.get("class") == "collection":
        links = document.get("link")
        items = links.get("item") if isinstance(links, dict) else None
        items = [item for item in (items if isinstance(items, list) else []) if isinstance(item, dict)]
        links_only = [str(item.get("label") or item.get("href", "")) for item in items if "value" not in item]
        if links_only or not items:
            raise refuse("json_links", file=name, value=", ".join(links_only)[:150])
        return [_of_version_2(name, item) for item in items]
    if "columns" in document and "data" in document:
        raise refuse("codes_without_texts", file=name, value=_texts_of(document["columns"]))
    if "variables" in document or "query" in document:
        raise refuse("json_describes", file=name, value=str(document.get("title", "")))
    if "value" in document:
        return [_of_version_2(name, document)]
    # version 1 wraps each dataset in its name
    wrapped = [data for data in document.values() if isinstance(data, dict) and "value" in data]
    if not wrapped:
        raise refuse("json_is_no_dataset", file=name, value=" ".join(map(str, document))[:100])
    return [_of_version_2(name, data) for data in wrapped]


def _of_version_2(name: str, data: dict) -> dict:
    """Return a dataset with `id`, `size` and `role` where version 2 has them; version 1 has them in `dimension`."""
    dimension = data.get("dimension")
    if "id" not in data and isinstance(dimension, dict) and "id" in dimension:
        data = data | {part: dimension[part] for part in ("id", "size", "role") if part in dimension}
    if "id" not in data:
        raise refuse("json_is_no_dataset", file=name)
    return data


def _texts_of(columns: object) -> str:
    known = columns if isinstance(columns, list) else []
    return " | ".join(str(column.get("text", "")) for column in known if isinstance(column, dict))[:150]


def _cube(name: str, data: dict) -> Cube:
    """Return the cube of a dataset; raises one of _SPOILED where the document is not as it should be."""
    identities = [str(identity) for identity in data["id"]]
    _refuse_doubled(name, "id", identities)
    parts = [
        _dimension(name, identity, data["dimension"][identity], size)
        for identity, size in zip(identities, data["size"], strict=True)
    ]
    if len({part.name.lower() for part in parts}) < len(parts):
        parts = [replace(part, name=part.identity) for part in parts]
    sizes = [len(part.codes) for part in parts]
    texts, flags = _values(name, data, math.prod(sizes))
    time = _time(parts, _role(data, "time"))
    metric = next((part for part in parts if part.identity in [*_role(data, "metric"), "ContentsCode"]), None)
    others = [part for part in parts if part is not time]
    if others and not any(data["dimension"][part.identity]["category"].get("label") for part in others):
        codes = " | ".join(code for part in others for code in part.codes)
        raise refuse("codes_without_texts", file=name, value=codes[:150])
    labels = [part.labels if part is not time else _periods(part) for part in parts]
    steps = [math.prod(sizes[at + 1 :]) for at in range(len(sizes))]
    records = []
    for at, text in enumerate(texts):
        row = {part.name: labels[place][at // steps[place] % sizes[place]] for place, part in enumerate(parts)}
        records.append((row, text, at + 1, "value"))
    return Cube(
        name,
        "",
        clean(str(data.get("label", ""))),
        [part.name for part in parts],
        time.name,
        metric.name if metric else None,
        records,
        metric.units if metric else {},
        day_here(str(data.get("updated", ""))),
        {part.name: dict(zip(part.labels, part.codes, strict=True)) for part in parts if part is not time},
        flags,
    )


def _role(data: dict, role: str) -> list[str]:
    """Return the ids of the dimensions that have a role; none where the document does not tell it."""
    told = (data.get("role") or {}).get(role) or []
    return [told] if isinstance(told, str) else list(told)


def _refuse_doubled(name: str, part: str, codes: list[str]) -> None:
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise refuse("json_stat_doubled", file=name, value=twice, facts={"part": part})


def _dimension(name: str, identity: str, told: dict, size: object) -> Dimension:
    """Return a dimension; categories of one label are told apart by their codes, as municipalities of one name are."""
    category = told["category"]
    texts = category.get("label") or {}
    index = category.get("index") or list(texts)
    if isinstance(index, dict):
        codes = sorted(index, key=index.__getitem__)
        if [index[code] for code in codes] != list(range(len(codes))):
            raise refuse("json_stat_places", file=name, facts={"identity": identity, "last": len(codes) - 1})
    else:
        codes = [str(code) for code in index]
    _refuse_doubled(name, identity, codes)
    if len(codes) != size:
        raise refuse("json_stat_sizes_differ", file=name, facts={"identity": identity, "n": len(codes), "size": size})
    labels = [clean(str(texts.get(code, code))) for code in codes]
    count = Counter(labels)
    labels = [f"{code} {label}" if count[label] > 1 else label for code, label in zip(codes, labels, strict=True)]
    units = category.get("unit") or {}
    bases = {
        label: clean(str((units.get(code) or {}).get("base", ""))) for code, label in zip(codes, labels, strict=True)
    }
    # SSB's own ids: KOKkommuneregion0000
    name_in_id = re.sub(r"^KOK|0+$", "", identity)
    return Dimension(identity, clean(str(told.get("label") or name_in_id)), codes, labels, bases)


def _values(name: str, data: dict, expected: int) -> tuple[list[str], dict[int, str]]:
    """Return the text of each value in order, and the mark of values that have one, by number.

    What is missing stands as its symbol. A value may be left out of an object, and `status` be one mark for all.
    """
    if expected > MAX_CELLS:
        limit = f"{MAX_CELLS:,}".replace(",", " ")
        raise refuse("cube_too_large", file=name, facts={"cells": expected, "limit": limit})
    told, status = data["value"], data.get("status") or {}
    if isinstance(told, list) and len(told) != expected:
        raise refuse("cube_values_missing", file=name, facts={"n": len(told), "cells": expected})
    for places in (told, status):
        if isinstance(places, dict) and not all(key.isdecimal() and int(key) < expected for key in places):
            raise refuse("cube_value_without_place", file=name, facts={"last": expected - 1})
    if isinstance(status, list) and len(status) not in (1, expected):
        raise refuse("cube_values_missing", file=name, facts={"n": len(status), "cells": expected})
    if isinstance(status, list):
        status = status[0] if len(status) < expected else dict(enumerate(status))
    elif isinstance(status, dict):
        status = {int(key): mark for key, mark in status.items()}
    if not isinstance(status, dict):
        status = dict.fromkeys(range(expected), status)
    values = dict(enumerate(told)) if isinstance(told, list) else {int(key): value for key, value in told.items()}
    marks = {at: clean(str(mark)) for at, mark in status.items() if mark}
    texts = [_text(values.get(at), marks.get(at, "")) for at in range(expected)]
    return texts, {at + 1: mark for at, mark in marks.items() if values.get(at) is not None}


def _text(value: object, mark: str) -> str:
    """Return a value as it lands; a number that is written as a text is one where it can be read in one way only."""
    if value is None:
        return mark or ".."
    if isinstance(value, str) and _NUMBER.fullmatch(value) and parse_number(value) is not None:
        value = float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return cell_text(value)
    return clean(str(value))


def _time(parts: list[Dimension], role: list[str]) -> Dimension:
    """Return the dimension of time: by its role, its name or as one of periods alone; else the last."""
    for is_time in (
        lambda part: part.identity in role,
        lambda part: _TIME_NAMES & {part.identity.lower(), part.name.lower()},
        lambda part: all(PERIOD.fullmatch(label) for label in _periods(part)),
    ):
        found = next((part for part in parts if is_time(part)), None)
        if found:
            return found
    return parts[-1]


def _periods(part: Dimension) -> list[str]:
    """Return the labels of a dimension of time, and a code where the label is no period but the code is one."""
    return [
        code if PERIOD.fullmatch(code) and not PERIOD.fullmatch(period_written(label)[0]) else label
        for code, label in zip(part.codes, part.labels, strict=True)
    ]
