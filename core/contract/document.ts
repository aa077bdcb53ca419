import { z } from 'zod';
import { name } from '../names';
import { PHYSICAL_TYPES } from './contract';
import { columnProperties, streamProperties } from './customProperties';
import { documentAbout, ofObject } from './odcs';

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
  name,
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

/** The part of the contract of a stream that is read here. */
export const contractDocument = documentAbout(
  z.looseObject({
    ...ofObject,
    name: z.string().min(1),
    customProperties: streamProperties,
    properties: z.array(property).min(1),
  }),
);

export type ContractDocument = z.infer<typeof contractDocument>;
export type DocumentProperty = z.infer<typeof property>;
