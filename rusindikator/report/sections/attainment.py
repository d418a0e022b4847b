"""Goal attainment: where the plan and each goal stand, on what basis and under which rule."""

from __future__ import annotations

from dataclasses import dataclass

from rusindikator.report.data import Row, ordered
from rusindikator.report.words import Words

# What a development is held against, in the order of the columns.
BASES = ("baseline", "previous", "latest")


@dataclass(frozen=True, slots=True)
class Attainment:
    """The plan and each goal on their newest measurements under the standing rule, and the rules side by side.

    `words` holds the word for a goal on a basis under a rule; the rule None is the standing one.
    """

    standings: dict[str, Row]
    reasons: dict[str, str]
    rules: list[Row]
    required: str
    words: dict[tuple[str, str, str | None], str]
    bases: tuple[str, ...] = BASES

    def of(self, goal_code: str, basis: str, rule_id: str | None = None) -> str:
        """Return the word for one goal on one basis, under a rule or, without one, the standing rule."""
        return self.words[goal_code, basis, rule_id]


def attainment(words: Words) -> Attainment:
    """Return all that the report says of goal attainment."""
    rows = ordered(words.data.table("rpt_goal_attainment"), "goal_order")
    used = {row["rule_id"] for row in rows}
    rules = [rule for rule in words.data.rules if rule["rule_id"] in used]
    default = {row["rule_id"] for row in rows if row["is_default"]}
    standing = next(rule for rule in rules if rule["rule_id"] in default)
    standings = {row["goal_code"]: row for row in rows if row["basis"] == "latest" and row["is_default"]}
    label, percent = words.text(standing, "label"), standing["min_judged_pct"]
    return Attainment(
        standings=standings,
        reasons={code: _reason(words, row, standing) for code, row in standings.items()},
        rules=rules,
        required=words.t("attainment.required", rule=label, percent=percent),
        words={
            (row["goal_code"], row["basis"], rule): row["attainment"]
            for row in rows
            for rule in (row["rule_id"], *([None] if row["is_default"] else []))
        },
    )


def _reason(words: Words, row: Row, rule: Row) -> str:
    """Say in sentences what the counts of a row of goal attainment are; the table tells them as a list."""
    if row["goal_order"] == 0:
        states = ("positive", "negative", "mixed", "inconclusive", "no_data")
        return words.t("attainment.reason_plan", **{state: row[f"n_goals_{state}"] for state in states})
    counts = words.t(
        "attainment.reason",
        total=row["n_deciding_indicators"],
        readable=row["n_deciding_readable"],
        improved=row["n_deciding_improved"],
        worsened=row["n_deciding_worsened"],
        unchanged=row["n_deciding_unchanged"],
        unclear=row["n_deciding_unclear"] + row["n_deciding_not_comparable"],
        absent=row["n_deciding_no_data"],
    )
    if not rule["max_p_adjusted"] or not row["n_deciding_improved"] + row["n_deciding_worsened"]:
        return counts
    counted = {word: row[f"n_counted_{word}"] for word in ("improved", "worsened")}
    return f"{counts} {words.t('attainment.counted', **counted)}"
