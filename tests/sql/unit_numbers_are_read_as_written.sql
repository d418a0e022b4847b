-- Texts as Norwegian sources write numbers, and texts that only look like numbers (C-57).
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
with examples as (
    select *
    from (
        values
        ('13 936', 13936.0),
        ('1 959', 1959.0),
        ('13' || chr(160) || '936', 13936.0),
        ('1' || chr(8239) || '234' || chr(8239) || '567,5', 1234567.5),
        ('5%', 5.0),
        ('59 %', 59.0),
        ('3,9 %', 3.9),
        ('3,9' || chr(160) || '%', 3.9),
        ('2.03', 2.03),
        ('0,125', 0.125),
        ('0.125', 0.125),
        ('1.234,5', 1234.5),
        ('1.234.567', 1234567.0),
        ('-1,7', -1.7),
        (chr(8722) || '1,7', -1.7),
        (chr(8211) || '1,7', -1.7),
        ('  42 ', 42.0),
        ('0', 0.0),
        ('1.959', null),
        ('1 39 36', null),
        ('12 34', null),
        ('12,3,4', null),
        ('1O', null),
        ('1e3', null),
        ('2016-01-03', null),
        ('03.01.2016', null),
        ('..', null),
        ('', null),
        ('NaN', null),
        ('12 personer', null)
    ) as listed (written, expected)
)

select
    written,
    expected,
    {{ parse_number('written') }} as found
from examples
where {{ parse_number('written') }} is distinct from expected
