-- title: Dead letters by reason
-- answers: Which records could not be used, why, since when, and which of them are still open (new, claimed
--   or failed)?
-- columns: pipeline, stage, reason, rule, status, records, files, first_seen_at (UTC), last_seen_at (UTC)
-- Dead letters and their status as `currents deadletters` has them (core/deadLetters/deadLettersSql.ts). The
-- table of decisions is there from the first one on; before it, `currents query @dead_letters_by_reason`
-- takes it as empty.
with identified as (
    select
        *,
        coalesce(
            element_at(headers, 'currents.replay-of'),
            lower(substr(to_hex(sha256(to_utf8(if(
                source_sha256 is null,
                concat_ws('/', topic, cast("partition" as varchar), cast("offset" as varchar), payload),
                concat_ws('/', source_sha256, coalesce(cast(source_line as varchar), '-'), reason)
            )))), 1, 16))
        ) as letter_id
    from ops.dead_letters
),

-- A record that was replayed and rejected again is still one dead letter.
firsts as (
    select
        *,
        row_number() over (
            partition by pipeline, letter_id
            order by if(element_at(headers, 'currents.replay-of') is null, 0, 1), topic, "partition", "offset"
        ) as copy
    from identified
),

decisions as (
    select
        pipeline,
        letter_id,
        max_by(action, sequence) as last_action,
        count_if(action = 'failed') as failures
    from ops.dead_letter_events
    group by pipeline, letter_id
),

judged as (
    select
        firsts.pipeline,
        firsts.stage,
        firsts.reason,
        firsts.rule,
        case
            when decisions.last_action is null then 'new'
            when decisions.last_action = 'released' then if(decisions.failures > 0, 'failed', 'new')
            else decisions.last_action
        end as status,
        firsts.source_file,
        firsts.first_seen_at
    from firsts
    left join decisions
        on firsts.pipeline = decisions.pipeline
        and firsts.letter_id = decisions.letter_id
    where firsts.copy = 1
)

select
    pipeline,
    stage,
    reason,
    rule,
    status,
    count(*) as records,
    count(distinct source_file) as files,
    min(first_seen_at) as first_seen_at,
    max(first_seen_at) as last_seen_at
from judged
group by pipeline, stage, reason, rule, status
order by status in ('repaired', 'discarded'), records desc
