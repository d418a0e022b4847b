{#
    Days: what is known of one, the day a build looks from, and today.
#}

{% macro last_day_known(day, precision) -%}
{#- The last day that a day of publication may be: itself, or the end of the month or year where no more is known.
    day: SQL date.  precision: SQL text 'day', 'month' or 'year'.  Example: 2018-03-01, month -> 2018-03-31 -#}
    case {{ precision }}
        when 'month' then last_day({{ day }})
        when 'year' then make_date(cast(extract(year from {{ day }}) as integer), 12, 31)
        else {{ day }}
    end
{%- endmacro %}


{% macro first_day_known(day, precision) -%}
{#- The first day that a day of publication may be.  Example: 2018-03-31, month -> 2018-03-01 -#}
    case {{ precision }}
        when 'month' then make_date(cast(extract(year from {{ day }}) as integer), cast(extract(month from {{ day }}) as integer), 1)
        when 'year' then make_date(cast(extract(year from {{ day }}) as integer), 1, 1)
        else {{ day }}
    end
{%- endmacro %}


{% macro today() -%}
{#- The present day where the build runs, as SQL date: the day that `receive` registers. It is asked for when the SQL runs, since
    `receive` keeps compiled SQL from one day to the next. Variable `today` puts another day in its place. -#}
    {%- set told = checked_day('today', var('today', '')) -%}
    {% if told %}cast('{{ told }}' as date){% else %}current_date{% endif %}
{%- endmacro %}


{% macro as_of_day() -%}
{#- The day of variable `as_of`, '' where it is not given. Anything but a day of the calendar stops dbt: to an engine 'infinity' is a
    day too, and everything would count. -#}
    {{ return(checked_day('as_of', var('as_of', ''))) }}
{%- endmacro %}


{% macro checked_day(name, value) -%}
{#- `value` of variable `name` as text: '' or a day such as 2018-03-31; else dbt stops. -#}
    {%- set text = value | string | trim -%}
    {%- if text -%}
        {%- set form = modules.re.match('(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$', text) -%}
        {%- set parts = text.split('-') | map('int') | list if form else [] -%}
        {%- set days = [31, 29 if parts[0] % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] if form else [] -%}
        {%- if not form or not 1 <= parts[1] <= 12 or not 1 <= parts[2] <= days[parts[1] - 1] -%}
            {{ exceptions.raise_compiler_error("Variable " ~ name ~ " should be a day such as 2018-03-31, not '" ~ text ~ "'.") }}
        {%- endif -%}
    {%- endif -%}
    {{ return(text) }}
{%- endmacro %}
