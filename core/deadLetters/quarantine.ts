import type { QuarantineFiles } from '../runs';
import { NothingToQuarantineError } from './errors';

/**
 * How files were found to break an expectation: by the offending rows' own origin, by their interval, or as
 * all that feed its table.
 */
export type Attribution = 'rows' | 'interval' | 'table';

/** An expectation that a held run failed. */
export interface BrokenRule {
  /** `<table>: <title>`, by which an operator narrows. */
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
  /** Branch on which the failed run can be looked at. */
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
  /** Names of files, when not all that are found. */
  files?: string[];
  /** A part of the rule's text, when not all of them count. */
  rule?: string;
  /**
   * Say what would be quarantined, and do nothing (default false); answers for a failed run that is not held,
   * too.
   */
  dryRun?: boolean;
  requestedBy?: string;
  reason?: string;
}

const RULE_CHARACTERS_MAX = 300;

/**
 * The files an operator wants sent to dead letters, and the text that says which rules they broke.
 *
 * @throws NothingToQuarantineError when what was named is not among what was found.
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

/**
 * The files of an earlier answer and of a later one as one; rules and reasons of both stand for all of them.
 */
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
