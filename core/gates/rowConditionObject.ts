import { z } from 'zod';
import type { Target } from './check';
import { columnOf, literalFor, typeOfColumn, type Scalar } from './literals';
import { textConditionSql } from './rowConditionText';

interface Named {
  name: string;
}

/**
 * `row_condition` as an object, as Great Expectations 1.9 and later save it
 * (`great_expectations/expectations/row_conditions.py`). Its own classes allow no `or` inside `and`; here
 * conditions nest freely. A text given to it with `condition_parser` is saved as `pass_through`. Since 1.25 a
 * comparison may be with another column, which is saved as the first one is.
 */
export type RowConditionObject =
  | { type: 'comparison'; column: Named; operator: string; parameter: Scalar | Scalar[] | Named }
  | { type: 'nullity'; column: { name: string }; is_null: boolean }
  | { type: 'and' | 'or'; conditions: RowConditionObject[] }
  | { type: 'pass_through'; pass_through_filter: string };

const OPERATORS: Record<string, string> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  IN: 'IN',
  NOT_IN: 'NOT IN',
  'NOT IN': 'NOT IN',
};
const TYPES = ['comparison', 'nullity', 'and', 'or', 'pass_through'];

const found = (input: unknown) => JSON.stringify(input) ?? 'nothing';
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const column = z.strictObject({ name: z.string().min(1) });
const comparison = z
  .strictObject({
    type: z.literal('comparison'),
    column,
    operator: z.string().refine((operator) => sqlOperator(operator) !== undefined, {
      error: ({ input }) => `expected ${Object.keys(OPERATORS).join(', ')}, found ${found(input)}`,
    }),
    parameter: z.union([scalar, z.array(scalar), column], {
      error: ({ input }) =>
        `expected a text, a number, true, false, a list of them or a column, found ${found(input)}`,
    }),
  })
  .refine(({ operator, parameter }) => isMembership(operator) === Array.isArray(parameter), {
    path: ['parameter'],
    error: 'expected a list for IN and NOT_IN, and a single value for any other operator',
  });

const group = <Type extends 'and' | 'or'>(type: Type) =>
  z.strictObject({ type: z.literal(type), conditions: z.array(z.lazy(() => rowConditionObject)).min(1) });

/** Rejects unknown parts by name: a guessed condition would select other rows. */
export const rowConditionObject: z.ZodType<RowConditionObject> = z.discriminatedUnion(
  'type',
  [
    comparison,
    z.strictObject({ type: z.literal('nullity'), column, is_null: z.boolean() }),
    group('and'),
    group('or'),
    z.strictObject({ type: z.literal('pass_through'), pass_through_filter: z.string().min(1) }),
  ],
  {
    error: ({ input }) =>
      `expected a text or an object of type ${TYPES.join(', ')}, ` +
      `found ${found((input as { type?: unknown } | null)?.type ?? input)}`,
  },
);

export function objectConditionSql(
  target: Target,
  type: string,
  condition: RowConditionObject,
  parser?: string | null,
): string {
  const inner = (each: RowConditionObject) => objectConditionSql(target, type, each, parser);
  switch (condition.type) {
    case 'pass_through':
      return textConditionSql(target, type, condition.pass_through_filter, parser);
    case 'nullity':
      return `${columnOf(target, type, condition.column.name)} IS ${condition.is_null ? 'NULL' : 'NOT NULL'}`;
    case 'comparison':
      return comparisonSql(target, type, condition);
    case 'and':
    case 'or':
      return condition.conditions.length === 1
        ? inner(condition.conditions[0]!)
        : `(${condition.conditions.map(inner).join(condition.type === 'and' ? ' AND ' : ' OR ')})`;
  }
}

/** An empty list, which SQL cannot write, holds no value. */
function comparisonSql(
  target: Target,
  type: string,
  condition: Extract<RowConditionObject, { type: 'comparison' }>,
): string {
  const { column: named, parameter } = condition;
  const quoted = columnOf(target, type, named.name);
  const operator = sqlOperator(condition.operator)!;
  const literal = (value: Scalar) => literalFor(typeOfColumn(target, named.name), value);
  if (isColumn(parameter)) return `${quoted} ${operator} ${columnOf(target, type, parameter.name)}`;
  if (!Array.isArray(parameter)) return `${quoted} ${operator} ${literal(parameter)}`;
  if (parameter.length === 0) return operator === 'IN' ? 'false' : 'true';
  return `${quoted} ${operator} (${parameter.map(literal).join(', ')})`;
}

function isColumn(parameter: Scalar | Scalar[] | Named): parameter is Named {
  return typeof parameter === 'object' && !Array.isArray(parameter);
}

function sqlOperator(operator: string): string | undefined {
  return OPERATORS[operator.toUpperCase()];
}

function isMembership(operator: string): boolean {
  return ['IN', 'NOT IN'].includes(sqlOperator(operator) ?? '');
}
