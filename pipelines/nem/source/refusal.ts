/**
 * Why a row becomes a dead letter: `reason` counts and filters, `rule` names the check, `explanation` is for
 * people.
 */
export interface Refusal {
  reason: string;
  rule: string;
  explanation: string;
}

export function refusal(reason: string, rule: string, expected: string, found: string): Refusal {
  return { reason, rule, explanation: `expected ${expected}, found ${found}` };
}
