/** Progress of a build. */
export interface DbtProgress {
  done: number;
  total: number;
  /** Nodes that run right now. */
  running: string[];
}

interface DbtEvent {
  info?: { name?: string; level?: string; msg?: string };
  data?: { total?: number; node_info?: { unique_id?: string; node_name?: string } };
}

const FINISHED = /^Log(?!StartLine)\w*(Result|Skip\w*)$|^SkippingDetails$/;

/**
 * Follows dbt's JSON log (`--log-format json`, one event a line). Lines that are not events are skipped:
 * Python libraries write to the same streams. `msg` is for people only and is never parsed.
 */
export class DbtLog {
  private readonly running = new Map<string, string>();
  private readonly finished = new Set<string>();
  private total = 0;
  private lastError = '';

  constructor(private readonly onProgress: (progress: DbtProgress) => void = () => undefined) {}

  read(line: string): void {
    const event = parseEvent(line);
    if (!event?.info) return;
    if (event.info.level === 'error' && event.info.msg) this.lastError = event.info.msg;
    const node = event.data?.node_info;
    if (node?.unique_id)
      this.follow(event.info.name ?? '', node.unique_id, node.node_name ?? node.unique_id, event.data?.total);
  }

  /** Last message of level error, as dbt wrote it for people; empty when there was none. */
  get reason(): string {
    return this.lastError;
  }

  private follow(event: string, id: string, name: string, total?: number): void {
    if (event === 'LogStartLine') this.running.set(id, name);
    else if (FINISHED.test(event)) this.finish(id);
    else return;
    this.total = total ?? this.total;
    this.onProgress({ done: this.finished.size, total: this.total, running: [...this.running.values()] });
  }

  private finish(id: string): void {
    this.running.delete(id);
    this.finished.add(id);
  }
}

function parseEvent(line: string): DbtEvent | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as DbtEvent;
  } catch {
    return null;
  }
}
