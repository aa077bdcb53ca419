-- title: Dead letters by reason
-- answers: Which records could not be used, why, and since when?
-- columns: pipeline, stage, reason, rule, status, records, files, first_seen_at (UTC), last_seen_at (UTC)
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
from ops.dead_letters
group by pipeline, stage, reason, rule, status
order by records desc
