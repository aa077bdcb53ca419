import path from 'node:path';

/** Files of one running stack under its home folder (`CURRENTS_HOME`). */
export const homeFolder = {
  state: (home: string): string => path.join(home, 'stack.json'),
  /**
   * Exists while a restore fills the home, and after an interrupted one; names its process (backup/lock.ts).
   */
  restoring: (home: string): string => path.join(home, 'restoring'),
  logs: (home: string): string => path.join(home, 'logs'),
  log: (home: string, service: string): string => path.join(home, 'logs', `${service}.log`),
  service: (home: string, service: string): string => path.join(home, service),
  /** How the requests of all processes to a source are spaced, a file for each host. */
  pace: (home: string): string => path.join(home, 'pace'),
  /** Shared by dbt of all runs: the parsed project, and notes of running processes. */
  dbtCache: (home: string): string => path.join(home, 'dbt', 'cache'),
  /** Below the pipeline's name: two lanes may start their runs in the same second. */
  dbtRun: (home: string, pipeline: string, runId: string): string =>
    path.join(home, 'dbt', 'runs', pipeline, runId),
  /** The page of dbt docs. */
  dbtDocs: (home: string): string => path.join(home, 'dbt', 'docs'),
  /** Of the checks of `currents doctor`; beside the runs' own folders. */
  doctor: (home: string): string => path.join(home, 'dbt', 'doctor'),
};
