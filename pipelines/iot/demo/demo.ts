import type { Demo, DemoOptions, DemoRow, DemoStage, OpenDemo } from '../../../core/demo';
import { PipelineCannotError } from '../../../core/errors';
import { differencesOf, type SentTelemetry } from './differences';
import { ANOMALIES, CONDITIONS, DEAD_LETTERS, ENERGY, HAS_ANOMALIES, HEALTH, LAYERS } from './lakeQuestions';
import { plantedRows } from './planted';

const SCENARIO = 'mixed';
const RATE_PER_SECOND = 100;
const DURATION_S = 120;
/** The one that `produce` takes by itself. */
const SEED = 1;
/** Each takes what Kafka holds by then; more than the records could need. */
const RUNS_MAX = 10;

/** Two minutes of telemetry, with every kind of problem. */
export const demo: Demo = { open };

async function open({ live, data }: DemoOptions): Promise<OpenDemo> {
  if (live || data) throw new PipelineCannotError('iot', 'be shown with data of another source');
  return {
    environment: {},
    isSimulated: true,
    tryNext: ['query @iot/device_health_checks', 'query @iot/energy_trends', 'query @dead_letters_by_reason'],
    play,
  };
}

async function play(stage: DemoStage): Promise<boolean> {
  const { currents, ask, show, say } = stage;
  const sent = JSON.parse(await currents(produceArguments())) as SentTelemetry;
  const merged = await refineAll(stage, sent.records);
  const [layers, deadLetters] = [await ask(LAYERS), await ask(DEAD_LETTERS)];
  say(`\n${sent.records} records sent, merged into main by ${merged} run${merged === 1 ? '' : 's'}`);
  show('Rows per layer', layers);
  show('Dead letters by reason', deadLetters);
  show(
    'Faults planted, and anomalies found of their devices',
    plantedRows(SCENARIO, SEED, await anomaliesOf(stage)),
  );
  show('Condition of devices', await ask(CONDITIONS));
  show('What to do, the worst devices first', await ask(HEALTH));
  show('Energy by building', await ask(ENERGY));
  const differences = differencesOf(sent, layers, deadLetters);
  say(
    differences.length === 0
      ? '\nEvery count equals what was sent.'
      : `\nNOT as sent:\n${differences.join('\n')}`,
  );
  return differences.length === 0;
}

function produceArguments(): string[] {
  const pace = ['--rate', String(RATE_PER_SECOND), '--duration', String(DURATION_S)];
  return ['produce', 'iot', '--scenario', SCENARIO, ...pace, '--json'];
}

/** @returns how many runs it took */
async function refineAll({ currents }: DemoStage, records: number): Promise<number> {
  let taken = 0;
  for (let run = 1; run <= RUNS_MAX; run += 1) {
    const result = JSON.parse(await currents(['run', 'iot', '--json'])) as { records?: number };
    taken += result.records ?? 0;
    if (taken >= records || !result.records) return run;
  }
  return RUNS_MAX;
}

async function anomaliesOf({ ask }: DemoStage): Promise<DemoRow[] | null> {
  const [found] = await ask(HAS_ANOMALIES);
  return Number(found?.tables) === 0 ? null : ask(ANOMALIES);
}
