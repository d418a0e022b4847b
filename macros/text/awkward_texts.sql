{% macro awkward_texts() -%}
{#- The texts that every parsing macro is tried on, and what each is to give: a dictionary macro -> list of pairs.
    A pair is the text as delivered (none for no cell at all) and the value written as text, 'null' where there is none, 'stops' where the build must end.
    tests/sql/unit_texts_are_read_as_written.sql and tests/python/test_number_parsing.py run them; another engine is held against the same table.
    \u00a0 no-break space, \u2009 thin space, \u202f narrow no-break space, \u200b zero-width space, \u00ad soft hyphen,
    \ufeff byte order mark, \u2212 minus, \u2013 dash, \uff12 a full-width two, \u0662 an Arabic two. -#}
{{ return({
    'parse_number': [
        (none, 'null'),
        ('13 936', '13936.0'), ('1 959', '1959.0'), ('13\u00a0936', '13936.0'), ('1\u202f234\u202f567,5', '1234567.5'),
        ('13\u2009936', '13936.0'), ('5%', '5.0'), ('59 %', '59.0'), ('3,9 %', '3.9'), ('3,9\u00a0%', '3.9'),
        ('2.03', '2.03'), ('0,125', '0.125'), ('0.125', '0.125'), ('1.234,5', '1234.5'), ('1.234.567', '1234567.0'),
        ('-1,7', '-1.7'), ('\u22121,7', '-1.7'), ('\u20131,7', '-1.7'), ('\u2212 3', '-3.0'), ('+4,5', '4.5'),
        ('  42 ', '42.0'), ('\ufeff42', '42.0'), ('42\u200b', '42.0'), ('\t42\r\n', '42.0'), ('0', '0.0'), ('-0,0', '0.0'),
        ('44,059', '44.059'), ('123456789', '123456789.0'),
        ('1.959', 'null'), ('-1.959', 'null'), ('1 39 36', 'null'), ('12 34', 'null'), ('1234 567', 'null'), ('12,3,4', 'null'),
        ('1,234.5', 'null'), ('1,234,567', 'null'), ('1,', 'null'), (',5', 'null'), ('.5', 'null'), ('5.', 'null'),
        ('1O', 'null'), ('l2', 'null'), ('1e3', 'null'), ('1e309', 'null'), ('1_000', 'null'), ('0x1F', 'null'), ("1'000", 'null'),
        ('0301', 'null'), ('007', 'null'), ('0 301', 'null'),
        ('241\n282', 'null'), ('241\t282', 'null'), ('12\u00bd', 'null'), ('10\u00b2', 'null'),
        ('2016-01-03', 'null'), ('03.01.2016', 'null'), ('2016', '2016.0'),
        ('..', 'null'), ('', 'null'), (' ', 'null'), ('%', 'null'), ('-', 'null'), ('--5', 'null'), ('5 %%', 'null'), ('5 -', 'null'),
        ('(5)', 'null'), ('5 1)', 'null'), ('5*', 'null'), ('ca. 57', 'null'), ('12 personer', 'null'), ('<50', 'null'),
        ('NaN', 'null'), ('nan', 'null'), ('Infinity', 'null'), ('-inf', 'null'), ('true', 'null'), ('NULL', 'null'),
        ('\uff12\uff14\uff11', 'null'), ('\u0662\u0664\u0661', 'null'),
        ('1234567890123456', 'null'), ('9' * 400, 'null'),
    ],
    'value_symbol': [
        (none, 'null'),
        ('..', '..'), (' .. ', '..'), ('\u00a0:\u00a0', ':'), (':\u200b', ':'), ('.', '.'), ('...', '...'), ('-', '-'), ('\u2013', '\u2013'),
        ('', ''), (' ', ''), ('\u00a0', ''), ('\ufeff', ''), ('\n', ''),
        ('<50', '<'), ('< 50', '<'), ('>90 %', '>'), ('<5', '<'),
        ('<', 'null'), ('<b>50</b>', 'null'), ('<5 personer', 'null'), ('=5', 'null'), ('....', 'null'), ('::', 'null'), ('\u2014', 'null'),
        ('n.a.', 'null'), ('NULL', 'null'), ('#N/A', 'null'), ('0', 'null'), ('*', 'null'),
    ],
    'to_int': [
        (none, 'null'),
        ('2016', '2016'), (' 2016 ', '2016'), ('2016\u00a0', '2016'), ('\ufeff2016', '2016'), ('0', '0'),
        ('2016.0', 'null'), ('2016,5', 'null'), ('2 016', 'null'), ('2O16', 'null'), ('\uff12\uff10\uff11\uff16', 'null'),
        ('02016', 'null'), ('-2016', 'null'), ('+2016', 'null'), ('2e3', 'null'), ('0x7E0', 'null'), ('2_016', 'null'),
        ('2147483648', 'null'), ('9' * 40, 'null'), ('true', 'null'), ('', 'null'), ('2016*', 'null'),
    ],
    'clean_text': [
        (' Stifinner 1)', 'Stifinner'), ('Stifinner1)', 'Stifinner'), ('Stifinner<sup>27</sup>', 'Stifinner'),
        ('Helse\u00a0Vest\n RHF', 'Helse Vest RHF'), ('\ufeffLandet', 'Landet'), ('Lan\u00addet', 'Landet'), ('Landet\u200b', 'Landet'),
        ('a\u3000b\u2003c', 'a b c'), ('Alder (15-16)', 'Alder (15-16)'), ('Del (av 2)', 'Del (av 2)'),
        ('Stifinner 12)', 'Stifinner'), ('Alder (15-16) 1)', 'Alder (15-16)'), ('Tilbud (ja=1, nei=0)', 'Tilbud (ja=1, nei=0)'), ('\u00a0', ''), ('', ''),
        ('Kj\u00f8nn', 'Kj\u00f8nn'), ("it's 100 %", "it's 100 %"),
    ],
    'answer_text': [
        ('JA', 'ja'), (' Ja ', 'ja'), ('Vet\u00a0ikke', 'vet ikke'), ('Vet  ikke\n', 'vet ikke'), ('N\u00adei', 'nei'), ('\ufeffNei', 'nei'),
        ('SV\u00c6RT STOR GRAD', 'sv\u00e6rt stor grad'), ('\u200b', ''), ('', ''),
    ],
    'text': [
        (none, 'null'),
        (' a b ', 'a b'), ('\u00a0a\u00a0', 'a'), ('', 'null'), ('  ', 'null'), ('\u00a0', 'null'), ('\u200b', 'null'), ('\t\n', 'null'),
        ('a  b', 'a  b'), ('NULL', 'NULL'),
    ],
    'whole': [
        (none, 'null'),
        ('5', '5'), (' 5 ', '5'), ('\u00a05', '5'), ('-5', '-5'), ('0', '0'), ('', 'null'), (' ', 'null'), ('\u00a0', 'null'),
        ('5.7', 'stops'), ('5.0', 'stops'), ('5,0', 'stops'), ('1e3', 'stops'), ('1_000', 'stops'), ('0x1F', 'stops'), ('0b1', 'stops'),
        ('true', 'stops'), ('Infinity', 'stops'), ('NaN', 'stops'), ('NULL', 'stops'), ('five', 'stops'), ('5 000', 'stops'),
        ('\uff15', 'stops'), ('05', 'stops'), ('2147483648', 'stops'), ('--5', 'stops'), ('..', 'stops'),
    ],
    'number': [
        (none, 'null'),
        ('5.7', '5.7'), (' 5.7 ', '5.7'), ('-0.5', '-0.5'), ('0', '0.0'), ('', 'null'), ('\u00a0', 'null'),
        ('5,7', 'stops'), ('.5', 'stops'), ('5.', 'stops'), ('Infinity', 'stops'), ('inf', 'stops'), ('-Infinity', 'stops'), ('NaN', 'stops'),
        ('1e3', 'stops'), ('1e309', 'stops'), ('1_000', 'stops'), ('1 000', 'stops'), ('1.234.567', 'stops'), ('0x1F', 'stops'),
        ('true', 'stops'), ('NULL', 'stops'), ('2016-01-01', 'stops'), ('\uff15', 'stops'), ('50 %', 'stops'), ('..', 'stops'),
        ('9' * 400, 'stops'),
    ],
    'day': [
        (none, 'null'),
        ('2018-03-31', '2018-03-31'), (' 2018-03-31 ', '2018-03-31'), ('2016-02-29', '2016-02-29'), ('', 'null'), ('\u00a0', 'null'),
        ('2016-02-30', 'stops'), ('2017-02-29', 'stops'), ('2018-13-01', 'stops'), ('2018-00-10', 'stops'), ('31.03.2018', 'stops'),
        ('2018-3-31', 'stops'), ('2018/03/31', 'stops'), ('20180331', 'stops'), ('2018-03', 'stops'), ('2018', 'stops'),
        ('18-03-31', 'stops'), ('0018-03-31', 'stops'), ('20180-03-31', 'stops'), ('2018-03-31 (BC)', 'stops'), ('2018-03-31 BC', 'stops'),
        ('2018-03-31 12:00:00', 'stops'), ('2018-03-31T00:00:00Z', 'stops'), ('Infinity', 'stops'), ('-infinity', 'stops'),
        ('epoch', 'stops'), ('today', 'stops'), ('now', 'stops'), ('43190', 'stops'), ('NULL', 'stops'),
        ('\uff12018-03-31', 'stops'), ('2018\u201303\u201331', 'stops'),
    ],
    'flag': [
        (none, 'null'),
        ('true', 'true'), (' true ', 'true'), ('true\u00a0', 'true'), ('false', 'false'), ('', 'false'), (' ', 'false'),
        ('TRUE', 'stops'), ('True', 'stops'), ('t', 'stops'), ('1', 'stops'), ('0', 'stops'), ('yes', 'stops'), ('ja', 'stops'),
        ('no', 'stops'), ('FALSE', 'stops'), ('NULL', 'stops'), ('truee', 'stops'), ('\uff54rue', 'stops'),
    ],
    'safe_cast integer': [
        (none, 'null'),
        ('2016', '2016'), ('-3', '-3'), (' 7 ', '7'), ('5.7', 'null'), ('1e3', 'null'), ('Infinity', 'null'), ('NaN', 'null'), ('true', 'null'),
        ('0x10', 'null'), ('1_000', 'null'), ('\uff15', 'null'), ('2147483648', 'null'), ('', 'null'),
    ],
    'safe_cast double': [
        ('2.5', '2.5'), ('-2', '-2.0'), ('2,5', 'null'), ('Infinity', 'null'), ('inf', 'null'), ('nan', 'null'), ('1e309', 'null'),
        ('1_000', 'null'), ('0x10', 'null'), ('true', 'null'), ('', 'null'),
    ],
    'safe_cast date': [
        ('2018-03-31', '2018-03-31'), ('2016-02-29', '2016-02-29'), ('2016-02-30', 'null'), ('Infinity', 'null'), ('-infinity', 'null'),
        ('epoch', 'null'), ('today', 'null'), ('2018-03-31 BC', 'null'), ('2018-03-31 (BC)', 'null'), ('2018-3-1', 'null'),
        ('20180331', 'null'), ('0001-01-01', 'null'), ('9999999-01-01', 'null'), ('2018-03-31 23:59', 'null'), ('desember 2018', 'null'),
        ('', 'null'),
    ],
    'safe_cast boolean': [
        ('true', 'true'), ('false', 'false'), ('TRUE', 'null'), ('t', 'null'), ('1', 'null'), ('yes', 'null'), ('on', 'null'), ('', 'null'),
    ],
    'figure_region': [
        (none, 'null'),
        ('Landet', '0'), ('Hele landet', '0'), ('Heile landet', '0'), ('Noreg', '0'), ('HELE LANDET', '0'), ('0', '0'), ('0 Hele landet', '0'),
        ('EAK Landet', '0'), ('EAK', '0'), ('Hele landet 1)', '0'), ('Helse Vest RHF', 'H03'), ('3001 Halden', '3001'), ('K-3001 Halden', '3001'),
        ('030101', '030101'), ('F-30 Viken (-2023)', '30'), ('30 Viken', '30 Viken'), ('EAKUO Landet uten Oslo', 'EAKUO'), ('EKG01 Gruppe 1', 'EKG01'),
        ('Landet uten Oslo', 'Landet uten Oslo'), ('Halden', 'Halden'), ('0301Oslo', '0301Oslo'), ('', ''),
    ],
    'period_kind': [
        (none, 'null'),
        ('2016', 'year'), ('2016-01..2016-12', 'year'), ('2016..2016', 'year'), ('2016-2016', 'year'), ('2016..2016-12', 'year'),
        ('2019H1', 'half_year'), ('2019H2', 'half_year'), ('2016T3', 'tertial'), ('2018K4', 'quarter'), ('2018Q1', 'quarter'),
        ('2018M09', 'month'), ('2018-09', 'month'), ('2017-2021', 'span'), ('2019..2021', 'span'), ('2020-07..2021-06', 'span'),
        ('2016-01..2016-06', 'span'), ('2016-02..2016-12', 'span'), ('2016-03..2016', 'span'),
        ('2021-2017', 'null'), ('2016-06..2016-01', 'null'), ('2019H3', 'null'), ('2016T4', 'null'), ('2018K0', 'null'),
        ('2018-13', 'null'), ('2018M00', 'null'), ('2016-17', 'null'), ('2016/2017', 'null'), ('2016\u20132017', 'null'),
        ('2016-2017-2018', 'null'), ('2016 2017', 'null'), ('2016 (anslag)', 'null'), ('forel\u00f8pig 2016', 'null'), ('2016*', 'null'),
        ('1. halv\u00e5r 2016', 'null'), ('2016h1', 'null'), ('20166', 'null'), ('2O16', 'null'), ('', 'null'),
        ('\uff12\uff10\uff11\uff16', 'null'), ('2016-01-01..2016-12-31', 'null'),
    ],
    'period_year': [
        ('2016', '2016'), ('2016T3', '2016'), ('2019H1', '2019'), ('2018-09', '2018'), ('2017-2020', '2020'), ('2014-07..2015-12', '2015'),
        ('2016-01..2016-12', '2016'), ('2016-2016', '2016'), ('2021-2017', 'null'), ('2016-17', 'null'), ('20166', 'null'), ('i fjor', 'null'),
        ('2016-01-03', 'null'), ('03.01.2016', 'null'), ('', 'null'),
    ],
}) }}
{%- endmacro %}


{% macro as_read_by(name, expression) -%}
{#- `expression` as the macro called `name` reads it: 'safe_cast date' is safe_cast with that type. -#}
{%- if name.startswith('safe_cast ') -%}{{ safe_cast(expression, name.split(' ')[1]) }}
{%- else -%}{{ context[name](expression) }}
{%- endif -%}
{%- endmacro %}
