import { z } from 'zod';
import { PHYSICAL_TYPES } from './contract';
import { columnProperties, streamProperties } from './customProperties';

const LOGICAL_TYPES = ['string', 'timestamp', 'number', 'integer', 'boolean'] as const;
type LogicalType = (typeof LOGICAL_TYPES)[number];

/** ODCS's name for each physical type. */
export const LOGICAL_TYPE: Record<(typeof PHYSICAL_TYPES)[number], LogicalType> = {
  double: 'number',
  int: 'integer',
  bigint: 'integer',
  string: 'string',
  boolean: 'boolean',
  timestamp: 'timestamp',
  timestamp_ntz: 'timestamp',
};

/** The one rule of ODCS's library that is used: values outside the list are wrong. */
const allowedValues = z.looseObject({
  metric: z.literal('invalidValues'),
  arguments: z.strictObject({ validValues: z.array(z.string()).min(1) }),
  mustBe: z.literal(0),
  severity: z.enum(['error', 'warning']),
});

/** Possible values of a number. */
const limits = z.strictObject({ minimum: z.number().optional(), maximum: z.number().optional() });

const property = z.looseObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and underscores'),
  description: z.string().min(1),
  logicalType: z.enum(LOGICAL_TYPES),
  physicalType: z.enum(PHYSICAL_TYPES),
  logicalTypeOptions: limits.default({}),
  required: z.boolean().default(false),
  primaryKey: z.boolean().default(false),
  primaryKeyPosition: z.number().int().positive().optional(),
  quality: z.array(allowedValues).max(1).default([]),
  customProperties: columnProperties,
});

const schemaObject = z.looseObject({
  name: z.string().min(1),
  physicalName: z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case'),
  dataGranularityDescription: z.string().min(1),
  customProperties: streamProperties,
  properties: z.array(property).min(1),
});

/**
 * The part of an ODCS 3.1 contract that is read here. Other fields of the standard are let pass: a test
 * checks the whole against the standard's own schema.
 */
export const contractDocument = z.looseObject({
  apiVersion: z.literal('v3.1.0'),
  kind: z.literal('DataContract'),
  id: z.string().min(1),
  name: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected a version such as 1.0.0'),
  description: z.looseObject({ purpose: z.string().min(1) }),
  schema: z.array(schemaObject).length(1, 'expected one object: a stream has one topic and one table'),
});

export type ContractDocument = z.infer<typeof contractDocument>;
export type DocumentProperty = z.infer<typeof property>;
