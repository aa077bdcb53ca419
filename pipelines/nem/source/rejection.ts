/**
 * Why a row becomes a dead letter: `reason` counts and filters, `rule` names the check, `explanation` is for
 * people.
 */
export interface Rejection {
  reason: string;
  rule: string;
  explanation: string;
}

export function rejection(reason: string, rule: string, expected: string, found: string): Rejection {
  return { reason, rule, explanation: `expected ${expected}, found ${found}` };
}
