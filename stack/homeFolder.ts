import path from 'node:path';

/** Files of one running stack under its home folder (`CURRENTS_HOME`). */
export const homeFolder = {
  state: (home: string): string => path.join(home, 'stack.json'),
  logs: (home: string): string => path.join(home, 'logs'),
  log: (home: string, service: string): string => path.join(home, 'logs', `${service}.log`),
  service: (home: string, service: string): string => path.join(home, service),
};
