"""The fixed texts of the report in both languages (labels.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("nb", "en")


class Labels:
    """Texts of one language: `labels("front.plan")`, with named values for the places in braces."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text; raises ValueError where there is none, KeyError where a value it needs is missing."""
        texts = all_labels().get(key)
        if texts is None:
            raise ValueError(
                f"rusindikator/report/labels.toml has no text '{key}': add it in {' and '.join(LANGUAGES)}"
            )
        return texts[self.lang].format(**values)


@cache
def all_labels() -> dict[str, dict[str, str]]:
    """Return key -> language -> text; raises ValueError where a key lacks a language or a text is blank."""
    text = resources.files("rusindikator.report").joinpath("labels.toml").read_text(encoding="utf-8")
    labels = tomllib.loads(text)
    incomplete = [
        key
        for key, texts in labels.items()
        if set(texts) != set(LANGUAGES) or not all(t.strip() for t in texts.values())
    ]
    if incomplete:
        raise ValueError(f"labels.toml: not in both languages: {', '.join(incomplete)}")
    return labels
