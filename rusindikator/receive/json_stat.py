"""From a JSON-stat document to cubes: category labels by dimension, a value, and which value of the file it was."""

from __future__ import annotations

import json
from pathlib import Path

from rusindikator.receive.delivered import Cube, cell_text, clean
from rusindikator.receive.findings import RefusedError, refuse

MAX_CELLS = 2_000_000


def read_json_stat(path: Path, text: str) -> list[Cube]:
    """Return the cubes of a JSON-stat2 document: a dataset, or a collection of datasets."""
    name = path.name

    def no_constants(constant: str) -> object:
        raise refuse("json_constant", file=name, facts={"constant": constant})

    try:
        document = json.loads(text, parse_constant=no_constants)
    except RefusedError:
        raise
    except (ValueError, RecursionError) as error:
        raise refuse("json_unreadable", file=name, facts={"error": error}) from error
    if isinstance(document, dict) and document.get("class") == "collection":
        links = document.get("link")
        items = links.get("item") if isinstance(links, dict) else None
        datasets = [
            item
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict) and item.get("class") == "dataset"
        ]
    elif isinstance(document, dict) and "dataset" in document and "id" not in document:
        raise refuse("json_stat_1", file=name)
    else:
        datasets = [document]
    if not datasets or not all(isinstance(data, dict) and "id" in data and "value" in data for data in datasets):
        raise refuse("json_is_no_dataset", file=name)
    return [_cube(name, data) for data in datasets]


def _cube(name: str, data: dict) -> Cube:
    """Return the cube of a JSON-stat2 dataset; whatever is not as the format says is refused."""
    try:
        return _cube_of(name, data)
    except RefusedError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise refuse("json_stat_spoiled", file=name, facts={"error": error}) from error


def _cube_of(name: str, data: dict) -> Cube:
    """Return the cube; raises what Python raises where the document is not as it should be."""
    ids, sizes = list(data["id"]), [int(size) for size in data["size"]]
    categories: list[list[tuple[str, str]]] = []
    for identity, size in zip(ids, sizes, strict=True):
        category = data["dimension"][identity]["category"]
        labels = category.get("label", {})
        index = category.get("index", list(labels))
        codes = list(index) if isinstance(index, list) else sorted(index, key=index.__getitem__)
        if len(codes) != size:
            raise refuse(
                "json_stat_sizes_differ", file=name, facts={"identity": identity, "n": len(codes), "size": size}
            )
        categories.append([(str(code), clean(str(labels.get(code, code)))) for code in codes])
    expected = 1
    for size in sizes:
        expected *= size
    if expected > MAX_CELLS:
        raise refuse(
            "cube_too_large", file=name, facts={"cells": expected, "limit": f"{MAX_CELLS:,}".replace(",", " ")}
        )
    values, status = data["value"], data.get("status") or {}
    if isinstance(values, list) and len(values) != expected:
        raise refuse("cube_values_missing", file=name, facts={"n": len(values), "cells": expected})
    if isinstance(values, dict) and not all(key.isdigit() and int(key) < expected for key in values):
        raise refuse("cube_value_without_place", file=name, facts={"last": expected - 1})
    value_at = values.__getitem__ if isinstance(values, list) else lambda at: values.get(str(at))
    if isinstance(status, str):
        status = dict.fromkeys(map(str, range(expected)), status)
    elif isinstance(status, list):
        status = {str(at): mark for at, mark in enumerate(status) if mark}
    names = [clean(str(data["dimension"][identity].get("label", identity))) for identity in ids]
    if len({item.lower() for item in names}) < len(names):
        names = [str(identity) for identity in ids]
    roles = data.get("role") or {}
    time_at = next((at for at, item in enumerate(ids) if item in roles.get("time", [])), None)
    if time_at is None:
        time_at = next((at for at, item in enumerate(ids) if str(item).lower() in ("tid", "time", "år")), len(ids) - 1)
    metric = next((at for at, item in enumerate(ids) if item in roles.get("metric", [])), None)
    if metric is None:
        metric = next((at for at, item in enumerate(ids) if str(item) == "ContentsCode"), None)
    units = {}
    if metric is not None:
        described = data["dimension"][ids[metric]]["category"].get("unit") or {}
        units = {label: clean(str((described.get(code) or {}).get("base", ""))) for code, label in categories[metric]}
    region_at = next((at for at, item in enumerate(ids) if item in roles.get("geo", []) or str(item) == "Region"), None)
    records = []
    steps = [1] * len(sizes)
    for at in range(len(sizes) - 2, -1, -1):
        steps[at] = steps[at + 1] * sizes[at + 1]
    for at in range(expected):
        row = {}
        for dimension, size in enumerate(sizes):
            code, label = categories[dimension][at // steps[dimension] % size]
            if dimension == region_at and code not in label:
                label = f"{code} {label}"
            row[names[dimension]] = label
        value = value_at(at)
        if value is None:
            text = str(status.get(str(at)) or "..")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            text = cell_text(value)
        else:
            text = clean(str(value))
        records.append((row, text, at + 1, "value"))
    contents = names[metric] if metric is not None else None
    title = clean(str(data.get("label", "")))
    return Cube(name, "", title, names, names[time_at], contents, records, units, str(data.get("updated", ""))[:10])
