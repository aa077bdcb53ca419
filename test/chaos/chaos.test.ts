import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NessieClient } from '../../nessie/client';
import { Reader } from './reader';
import { referenceFor, type Reference } from './reference';
import { openSession, type Session } from './session';
import { runTrial } from './trialRun';
import { describeFault, shortTrials } from './trials';

jest.setTimeout(900_000);

const SEED = 20261120;
const PORT_BASE = 27_230;

/** The short form of `make chaos`: a few disturbances that between them meet every durable part. */
describe('a run that is disturbed ends with the undisturbed lake', () => {
  const trials = shortTrials(SEED);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-chaos-'));
  let reference: Reference;
  let session: Session;
  let reader: Reader;

  beforeAll(async () => {
    const options = { home: path.join(folder, 'stack'), portBase: PORT_BASE, seed: SEED };
    reference = await referenceFor(path.join(folder, 'reference.json'), trials, options);
    session = await openSession({ ...options, disturbed: true });
    reader = new Reader(session.trino, new NessieClient(session.stack.nessieUrl), reference.intervals);
    reader.start();
  });

  afterAll(async () => {
    await reader?.stop();
    await session?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each(trials.map((trial) => [describeFault(trial.fault), trial] as const))('%s', async (_, trial) => {
    const {
      status,
      problems,
      reader: { violations, looks },
    } = await runTrial(session, trial, reference, reader);
    expect({ status, problems, violations }).toEqual({ status: 'passed', problems: [], violations: [] });
    expect(looks).toBeGreaterThan(0);
  });
});
