"""Figures are taken for what they are: a year is whole, a unit is known, what is not shown is no value."""

from __future__ import annotations

from datetime import date

from .conftest import Round

HEADER = '"Dødsårsak";"Region";"År";"Antall";"FLAGG"\n'
DRUGS = "Narkotikautløste dødsfall (EMCDDA)"
ALCOHOL = "Alkoholutløste dødsfall"


def deaths(*rows: tuple[str, ...]) -> str:
    """Return a file of the Cause of Death Registry; a row is cause, period, number of deaths and, if any, flag."""
    cells = [(*row, "")[:4] for row in rows]
    return HEADER + "".join(f'"{cause}";"Hele landet";"{period}";"{n}";"{flag}"\n' for cause, period, n, flag in cells)


def deliver(to: Round, text: str) -> str:
    """Add a file of deaths published in June 2022 to the round; return the delivery's id."""
    return to.add(
        "fhi_dodsarsak_2020_fhi_juni_2022",
        text,
        delivery_id="fhi_dodsarsak_2021_fhi",
        file_name="fhi_dodsarsak/2021_fhi.csv",
        period="2021",
    ).delivery_id


def test_half_a_year_and_five_years_are_not_the_year(new_round: Round) -> None:
    """241 in 2021, 120 in its first half, 1,385 in five years: #9 is 241 and provisional; #10 is not known."""
    delivery_id = deliver(
        new_round,
        deaths(
            (DRUGS, "2021", "241", "*"),
            (DRUGS, "2021H1", "120"),
            (DRUGS, "2017-2021", "1385"),
            (DRUGS, "2019-2021", "847"),
            (DRUGS, "2020-07..2021-06", "260"),
            (DRUGS, "2021K1", "62"),
            (ALCOHOL, "2021H1", "200"),
            (ALCOHOL, "2017-2021", "1900"),
        ),
    )

    result = new_round.dbt("build", "--exclude-resource-type", "unit_test")

    assert result.ok, result.output
    facts = (
        "select indicator_no, value from fct_indicator_year where year = 2021 and indicator_no in (9, 10) order by all"
    )
    assert new_round.rows(facts) == [(9, 241), (10, None)]
    assert new_round.rows(
        "select series_code, period, period_kind, value, is_indicator_basis from fct_series_year"
        f" where delivery_id = '{delivery_id}' order by series_code, value"
    ) == [
        ("fhi.alkoholutloste_dodsfall", "2021H1", "half_year", 200, False),
        ("fhi.alkoholutloste_dodsfall", "2017-2021", "span", 1900, False),
        ("fhi.narkotikautloste_dodsfall", "2021K1", "quarter", 62, False),
        ("fhi.narkotikautloste_dodsfall", "2021H1", "half_year", 120, False),
        ("fhi.narkotikautloste_dodsfall", "2021", "year", 241, True),
        ("fhi.narkotikautloste_dodsfall", "2020-07..2021-06", "span", 260, False),
        ("fhi.narkotikautloste_dodsfall", "2019-2021", "span", 847, False),
        ("fhi.narkotikautloste_dodsfall", "2017-2021", "span", 1385, False),
    ]
    vintages = "select vintage_date, value from fct_indicator_vintage where indicator_no = 9 and year = 2021"
    assert new_round.rows(vintages) == [(date(2022, 6, 9), 241)]


def test_one_year_told_twice_stops_the_build(new_round: Round) -> None:
    """2021 and all twelve of its months are the same year, and so is 2021 shown and not shown: the build asks which."""
    delivery_id = deliver(
        new_round,
        deaths(
            (DRUGS, "2021", "241"),
            (DRUGS, "2021-01..2021-12", "243"),
            (ALCOHOL, "2021", "420"),
            (ALCOHOL, "2021", "", ":"),
        ),
    )

    result = new_round.dbt("build", "--select", "+qa_rejected_values", "--exclude-resource-type", "unit_test")

    assert not result.ok
    assert new_round.rows(
        "select problem, delivery_id, column_name, value_text from marts.qa_rejected_values order by column_name",
        new_round.build_file,
    ) == [
        ("duplicate_unit", delivery_id, ALCOHOL, "420 and :"),
        ("duplicate_unit", delivery_id, DRUGS, "241 and 243"),
    ]


def test_units_and_flags_that_do_not_fit_stop_the_build(new_round: Round) -> None:
    """Kroner deflated already, no unit at all, a figure flagged as not shown, a flag nobody knows: each is named."""
    actis = "statsbudsjettet/2017_actis_budsjett_2017.csv"
    new_round.edit(
        actis, lambda text: text.replace(";45;mill. kr", ";45;mill. 2016-kr").replace(";345;mill. kr", ";345;")
    )
    budget = "statsbudsjettet/2020_hod_budsjett_2020.csv"
    new_round.edit(
        budget, lambda text: text.replace(";500;mill. kr", ";0,5;Mrd. kr").replace(";600;mill. kr", ";600 000 000;kr")
    )
    delivery_id = deliver(
        new_round,
        deaths(
            (DRUGS, "2021", "241", ":"),
            (DRUGS, "2020", "331", "K"),
            (ALCOHOL, "2021", "", ":"),
            (ALCOHOL, "2020", "", "3"),
        ),
    )

    result = new_round.dbt("build", "--select", "+qa_rejected_values", "--exclude-resource-type", "unit_test")

    assert not result.ok
    assert new_round.rows(
        "select problem, delivery_id, row_no, value_text from marts.qa_rejected_values order by all",
        new_round.build_file,
    ) == [
        ("unknown_flag", delivery_id, 2, "331; flag K"),
        ("unknown_unit", "statsbudsjettet_2017_actis_budsjett_2017", 1, "45; mill. 2016-kr"),
        ("unknown_unit", "statsbudsjettet_2017_actis_budsjett_2017", 2, "345; "),
        ("value_not_shown", delivery_id, 1, "241; flag :"),
    ]
    assert new_round.rows(
        "select value from intermediate.int_delivered_figures"
        " where series_code like 'statsbudsjettet.husbanken%' order by 1",
        new_round.build_file,
    ) == [(500,), (600,)]


def test_a_round_of_next_year_is_published(new_round: Round) -> None:
    """A survey of 2026, of 2027 and of 2041: each is a fact, and the status table shows those it has columns for."""
    header = '"Måltall";"Alder";"Kjønn";"Region";"År";"Verdi";"Nedre grense";"Øvre grense";"Enhet";"FLAGG"\n'
    label = '"Brukt cannabis siste 12 måneder";"16-64 år";"begge kjønn";"Hele landet"'
    shares = {2026: 6, 2027: 7, 2041: 9}
    new_round.add(
        "fhi_rusmidler_2019_tronderbladet",
        header + "".join(f'{label};"{year}";"{share}";"";"";"prosent";""\n' for year, share in shares.items()),
        delivery_id="fhi_rusmidler_2041_fhi",
        file_name="fhi_rusmidler/2041_fhi.csv",
        period="2026-2041",
        published_on=date(2042, 1, 31),
        published_on_precision="day",
        received_on=date(2042, 2, 1),
    )

    result = new_round.dbt("build", "--exclude-resource-type", "unit_test", "--vars", "{today: 2042-02-01}")

    assert result.ok, result.output
    facts = "select year, value from fct_indicator_year where indicator_no = 21 and year > 2020 and value is not null"
    assert dict(new_round.rows(facts)) == shares
    status = "select value_2026, value_2027, value_2028, value_2040, latest_year, latest_value from rpt_status"
    assert new_round.rows(f"{status} where indicator_no = 21 and report_year = 2027") == [(6, 7, None, None, 2027, 7)]
    assert new_round.rows(f"{status} where indicator_no = 21 and report_year = 2041") == [(6, 7, None, None, 2041, 9)]
