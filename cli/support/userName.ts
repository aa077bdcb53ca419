import os from 'node:os';

/**
 * Who calls. A container often runs under a user id that no list of users has; the system then has no name
 * for it, and fails.
 */
export function userName(environment: NodeJS.ProcessEnv = process.env, userInfo = os.userInfo): string {
  try {
    return userInfo().username;
  } catch {
    return environment.USER || `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
