import type { Watched } from './points';

/** What happens in the course of a trial, in order. */
export interface Course {
  done: string[];
  missed: string[];
  askedAgain: number;
  failures: string[];
}

/** What a trial takes in, and how it is asked for. */
export interface TrialWork {
  range: { from: string; to: string; starts: string[] };
  /** Workflow ids that are known from the start. */
  ids: Watched['ids'];
  /** Market days that it fills. */
  days: readonly string[];
  /** Asks until the lake has it. */
  run(course: Course): Promise<void>;
  /** Looks afterwards whether the disturbance hit what it should. */
  proof?(watched: Watched, course: Course): Promise<void>;
}
