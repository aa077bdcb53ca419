{#- What happens to the columns of an existing table when a model's contract is another. -#}
{%- set contract = {'unit_id': 'varchar', 'power_mw': 'double', 'seen_at': 'timestamp(6) with time zone'} -%}
{%- set same = {'unit_id': 'varchar', 'power_mw': 'double', 'seen_at': 'timestamp(6) with time zone'} -%}
{%- set shorter = {'unit_id': 'varchar', 'power_mw': 'double'} -%}
{%- set retyped = {'unit_id': 'varchar', 'power_mw': 'varchar', 'seen_at': 'timestamp(6)'} -%}
{%- set longer = {
    'unit_id': 'varchar',
    'power_mw': 'double',
    'seen_at': 'timestamp(6) with time zone',
    'old_mw': 'double',
} -%}
{%- set cases = [
    [column_changes('g.t', contract, same), {}, []],
    [column_changes('g.t', {'id': 'varchar(10)', 'n': 'int'}, {'id': 'varchar', 'n': 'integer'}), {}, []],
    [
        column_changes(
            'g.t',
            {'at': 'timestamp', 'x': 'MAP(varchar,int)'},
            {'at': 'timestamp(6)', 'x': 'map(varchar, integer)'}
        ),
        {},
        [],
    ],
    [column_changes('g.t', contract, shorter), {'seen_at': 'timestamp(6) with time zone'}, []],
    [column_changes('g.t', contract, retyped), {}, [
        'g.t column power_mw: expected double, found varchar',
        'g.t column seen_at: expected timestamp(6) with time zone, found timestamp(6)',
    ]],
    [column_changes('g.t', contract, longer), {}, [
        'g.t column old_mw: expected no such column by the contract, found double',
    ]],
] -%}

select
    expected,
    found
from (
    values
    {%- for changes, added, forbidden in cases %}
    (
        {{ dbt.string_literal((added | tojson) ~ (forbidden | tojson)) }},
        {{ dbt.string_literal((changes.added | tojson) ~ (changes.forbidden | tojson)) }}
    ){{ ',' if not loop.last }}
    {%- endfor %}
) as cases (expected, found)
where expected <> found
