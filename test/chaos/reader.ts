import type { NessieClient } from '../../nessie/client';
import type { TrinoClient } from '../../trino/client';
import { findingsIn, remember, type Row, type Seen } from './findings';

const PAUSE_MS = 100;
/**
 * While main stands still a look can only find what the last one found, and costs the trial a third of a core
 * if asked without end.
 */
const STILL_MS = 3_000;
/** Of the time, at most a tenth is spent on looking at a lake that stands still. */
const REST_PER_LOOK = 10;
const LOOK_SQL = `
  select cast(coalesce(s.trading_interval, g.trading_interval) as varchar),
    coalesce(s.n, 0), coalesce(s.units, 0), coalesce(g.n, 0), coalesce(g.units, 0)
  from (select trading_interval, count(*) as n, count(distinct unit_id) as units
    from nem.silver_dispatch_clean group by 1) s
  full join (select trading_interval, count(*) as n, count(distinct unit_id) as units
    from nem_gold.fact_dispatch group by 1) g
    on s.trading_interval = g.trading_interval`;

export interface ReaderFindings {
  looks: number;
  /** Looks that got no answer: the stack was being disturbed. */
  unanswered: number;
  /** What no reader of main may ever see. */
  violations: string[];
  /**
   * Where the two tables of a look were of two commits: main moved while the query was planned. Lines of one
   * look begin with the same time.
   */
  acrossCommits: string[];
}

/**
 * Reads main as an analyst would, at once when it moved and every few seconds when it did not, and holds each
 * answer against what may be seen.
 */
export class Reader {
  private last = { hash: '', at_ms: 0, took_ms: 0 };
  private readonly seen: Seen = new Map();
  private findings: ReaderFindings = empty();
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly trino: TrinoClient,
    private readonly nessie: NessieClient,
    private readonly whole: Record<string, number>,
  ) {}

  start(): void {
    this.running = this.readOn();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Findings since the last call. */
  take(): ReaderFindings {
    const taken = this.findings;
    this.findings = empty();
    return taken;
  }

  private async readOn(): Promise<void> {
    while (!this.stopped) {
      await this.lookIfDue().catch(() => (this.findings.unanswered += 1));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private async lookIfDue(): Promise<void> {
    const { hash } = await this.nessie.getReference('main');
    const rest_ms = Math.max(STILL_MS, REST_PER_LOOK * this.last.took_ms);
    if (hash === this.last.hash && Date.now() - this.last.at_ms < rest_ms) return;
    const began_ms = Date.now();
    await this.look(hash);
    const at_ms = Date.now();
    this.last = { hash, at_ms, took_ms: at_ms - began_ms };
  }

  /**
   * Only a look during which main stood still shows one commit for certain; one table is of one commit in
   * any.
   */
  private async look(before: string): Promise<void> {
    const { rows: answered } = await this.trino
      .runQuery(LOOK_SQL, { timeout_ms: 60_000 })
      .catch((error: unknown) => ignoreMissingTables(error));
    const after = (await this.nessie.getReference('main')).hash;
    this.findings.looks += 1;
    const at = new Date().toISOString();
    const rows = answered.map(rowOf);
    const { inOneTable, betweenTables } = findingsIn(rows, this.whole, this.seen);
    this.findings.violations.push(...inOneTable.map((line) => `${at} ${line}`));
    (before === after ? this.findings.violations : this.findings.acrossCommits).push(
      ...betweenTables.map((line) => `${at} ${line}`),
    );
    remember(rows, this.seen);
  }
}

function rowOf([interval, ...counts]: unknown[]): Row {
  const [silver, silverUnits, gold, goldUnits] = counts.map(Number) as [number, number, number, number];
  return {
    interval: String(interval),
    silver: { rows: silver, units: silverUnits },
    gold: { rows: gold, units: goldUnits },
  };
}

/** Before the first merge there is nothing to read, which is not the same as no answer. */
function ignoreMissingTables(error: unknown): { rows: unknown[][] } {
  if (error instanceof Error && /does not exist/.test(error.message)) return { rows: [] };
  throw error;
}

function empty(): ReaderFindings {
  return { looks: 0, unanswered: 0, violations: [], acrossCommits: [] };
}
