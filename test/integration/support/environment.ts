import { portsFrom } from '../../../settings/ports';
import { proxyVariables } from '../../../settings/proxies';
import { startRecordingProxy } from './recordingProxy';

/**
 * Far from the default, so that a test's stack and a user's run side by side; TEST_PORT_BASE lets two tests'
 * stacks do so too.
 */
const TEST_PORT_BASE = Number(process.env.TEST_PORT_BASE ?? 17_230);

/** The settings of every test with a stack; a file with a stack of its own sets home and ports again. */
export async function setTestEnvironment(home: string): Promise<void> {
  Object.assign(process.env, {
    // For the tests' own connections where the user has proxies; every command gets the recording one.
    ...proxyVariables(),
    TEST_PROXY_URL: await startRecordingProxy(),
    CURRENTS_HOME: home,
    CURRENTS_PORT_BASE: String(TEST_PORT_BASE),
    CURRENTS_SIMULATED: 'true',
    // Small enough that the largest runs of the tests take several Spark jobs.
    MAX_BATCH_RECORDS: '10000',
    // Upkeep's test removes what nothing refers to; no test has a run under way while it does.
    UPKEEP_MIN_AGE_HOURS: '0',
    SNAPSHOT_DAYS: '0.000000001',
    // The tests serve the site themselves.
    NEM_REQUESTS_PER_SECOND: '100',
    NEM_HOLD_SECONDS: '1',
    API_URL: `http://127.0.0.1:${portsFrom(TEST_PORT_BASE).site}`,
  });
}
