/** The job that keeps the driver busy, if the driver names it. */
interface BusyJob {
  job_id?: string;
  kind?: string;
  pipeline?: string;
  /** ISO 8601, or seconds since 1970. */
  since?: string | number;
}

/** The running job of a 409 answer as text: `busy with maintain of nem since 40 s`. */
export function busyText(body: string, now_ms = Date.now()): string {
  const { kind, pipeline, job_id, since } = busyJob(body);
  const job = kind && pipeline ? `${kind} of ${pipeline}` : (job_id ?? 'another job');
  const since_ms = typeof since === 'number' ? since * 1000 : Date.parse(since ?? '');
  const seconds = Math.max(0, Math.round((now_ms - since_ms) / 1000));
  return Number.isFinite(seconds) ? `busy with ${job} since ${seconds} s` : `busy with ${job}`;
}

/** A driver of 0.1.0 names the job's id alone. */
function busyJob(body: string): BusyJob {
  try {
    const found = JSON.parse(body) as Running & { busy?: BusyJob };
    const { running, running_kind, running_pipeline, running_since } = found;
    return (
      found.busy ?? {
        job_id: running,
        kind: running_kind,
        pipeline: running_pipeline,
        since: running_since,
      }
    );
  } catch {
    return {};
  }
}

interface Running {
  running?: string;
  running_kind?: string;
  running_pipeline?: string;
  running_since?: string;
}
