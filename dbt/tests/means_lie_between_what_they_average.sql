{#- A weighted mean keeps within its values, weights of any sign; the market price is made by this macro. -#}
with

cases as (

    select
        case_id,
        value,
        weight
    from (
        values
        (1, 100e0, 1000e0), (1, -50e0, -900e0), (1, 20e0, 1000e0),
        (2, -50e0, -10e0), (2, 20e0, 0e0),
        (3, -50e0, -1000e0), (3, 20e0, 1000e0),
        (4, 17500e0, 1e-9), (4, -1000e0, -5000e0),
        (5, 42e0, 0e0)
    ) as given (case_id, value, weight)

),

averaged as (

    select
        case_id,
        {{ weighted_mean('value', 'weight') }} as mean,
        min(value) as least,
        max(value) as greatest_value
    from cases
    group by case_id

)

select * from averaged
where not coalesce(mean between least - 1e-6 and greatest_value + 1e-6, false)
