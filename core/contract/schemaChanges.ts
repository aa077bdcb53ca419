import { z } from 'zod';
import {
  added,
  changed,
  maximumChange,
  minimumChange,
  removed,
  requirementChange,
  valuesChange,
  type Difference,
} from './differences';

/** What a JSON Schema says of fields; those of other programs are read as far as they go. */
const registered = z.looseObject({
  properties: z
    .record(
      z.string(),
      z.looseObject({
        type: z.union([z.string(), z.array(z.string())]).optional(),
        minimum: z.number().optional(),
        maximum: z.number().optional(),
        enum: z.array(z.unknown()).optional(),
      }),
    )
    .default({}),
  required: z.array(z.string()).default([]),
});
type Registered = z.infer<typeof registered>;
type Field = Registered['properties'][string];

/** One difference of a field between a schema of a registry and that of a contract. */
export interface FieldChange extends Difference {
  field: string;
}

/** What changed from one JSON Schema to the next, by the rules of contracts as far as a schema shows them. */
export function schemaChanges(before: string, after: string): FieldChange[] {
  const [was, is] = [registered.parse(JSON.parse(before)), registered.parse(JSON.parse(after))];
  const fields = [...new Set([...Object.keys(was.properties), ...Object.keys(is.properties)])];
  return fields.flatMap((field) => changesOf(was, is, field).map((difference) => ({ field, ...difference })));
}

/** For messages: field, rule, and both states. */
export function lineOf({ field, rule, was, is }: FieldChange): string {
  return `${field}: ${rule}, was ${was ?? 'none'}, is ${is ?? 'none'}`;
}

function changesOf(before: Registered, after: Registered, field: string): Difference[] {
  const [was, is] = [before.properties[field], after.properties[field]];
  const isRequired = after.required.includes(field);
  if (!is) return removed(typeOf(was));
  if (!was) return added(typeOf(is), isRequired);
  return [
    ...changed('column_retyped', typeOf(was), typeOf(is)),
    ...requirementChange(before.required.includes(field), isRequired),
    ...minimumChange('minimum', was.minimum ?? null, is.minimum ?? null),
    ...maximumChange('maximum', was.maximum ?? null, is.maximum ?? null),
    ...valuesChange(valuesOf(was), valuesOf(is)),
  ];
}

/** Null is no type of its own here: whether a field may be empty is what `required` says. */
function typeOf(field: Field | undefined): string | null {
  const types = [field?.type ?? []].flat().filter((type) => type !== 'null');
  return types.length === 0 ? null : types.join(' or ');
}

function valuesOf({ enum: values }: Field): string[] | null {
  return values?.filter((value) => value !== null).map(String) ?? null;
}
