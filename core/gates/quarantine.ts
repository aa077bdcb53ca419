import type { QuarantineFiles } from '../runs';
import { NothingToQuarantineError } from '../deadLetters/errors';

/**
 * How the offending files were found: by the rows' own origin, by their interval, or as all files that feed
 * the table.
 */
export type Attribution = 'rows' | 'interval' | 'table';

/** An expectation that a held run failed. */
export interface BrokenRule {
  /** `<table>: <title>`; an operator can narrow by it. */
  rule: string;
  severity: string;
  stage: string;
  table: string;
  evaluated: number | null;
  unexpected: number | null;
  by: Attribution;
  files: number;
}

/** A published file of the run that breaks at least one of them. */
export interface OffendingFile {
  name: string;
  sha256: string;
  rules: string[];
}

export interface OffendingFiles {
  /** Branch that shows the failed run. */
  branch: string;
  rules: BrokenRule[];
  files: OffendingFile[];
}

export interface QuarantineInput {
  pipeline: string;
  /** The run that holds the lane. */
  runId: string;
  /** Branch the run was to be merged into (default main). */
  branch?: string;
  /** Names of files (default: all that are found). */
  files?: string[];
  /** A part of the rule's text (default: all rules). */
  rule?: string;
  /**
   * Report what would be quarantined, and do nothing (default false); also works for a failed run that holds
   * no lane.
   */
  dryRun?: boolean;
  requestedBy?: string;
  reason?: string;
}

const RULE_CHARACTERS_MAX = 300;

/**
 * The files to send to dead letters, and the rules they broke.
 *
 * @throws NothingToQuarantineError when a named file or rule was not found.
 */
export function chosenFiles(
  found: OffendingFiles,
  { runId, files, rule }: QuarantineInput,
): { files: OffendingFile[]; rule: string } {
  const ofRule = found.files.filter(
    ({ rules }) => rule === undefined || rules.some((text) => text.includes(rule)),
  );
  const unknown = (files ?? []).filter((name) => !ofRule.some((file) => file.name === name));
  if (unknown.length > 0)
    throw new NothingToQuarantineError(
      runId,
      `offending files named ${unknown.join(', ')}`,
      ofRule.map(({ name }) => name).slice(0, 20),
    );
  const chosen = ofRule.filter(({ name }) => files === undefined || files.includes(name));
  if (chosen.length === 0)
    throw new NothingToQuarantineError(
      runId,
      rule === undefined ? 'offending files' : `a broken rule with ${JSON.stringify(rule)}`,
      found.rules.map((broken) => broken.rule),
    );
  const broken = [...new Set(chosen.flatMap(({ rules }) => rules))].filter(
    (text) => rule === undefined || text.includes(rule),
  );
  return { files: chosen, rule: broken.join('; ').slice(0, RULE_CHARACTERS_MAX) };
}

/** Merges the files of an earlier and a later decision; rules and reasons of both apply to all of them. */
export function joinedQuarantine(
  earlier: QuarantineFiles | undefined,
  later: QuarantineFiles | undefined,
): QuarantineFiles | undefined {
  if (!earlier || !later) return earlier ?? later;
  const both = (name: 'rule' | 'reason'): string => [...new Set([earlier[name], later[name]])].join('; ');
  return {
    checksums: [...new Set([...earlier.checksums, ...later.checksums])],
    rule: both('rule').slice(0, RULE_CHARACTERS_MAX),
    reason: both('reason'),
  };
}
