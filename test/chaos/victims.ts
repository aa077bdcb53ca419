/** Services of the stack that trials kill. */
export const VICTIMS = [
  'worker',
  'spark',
  'kafka',
  's3',
  'nessie',
  'trino',
  'temporal',
  'supervisor',
] as const;
export type Victim = (typeof VICTIMS)[number] | 'dbt';
