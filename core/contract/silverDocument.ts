import { z } from 'zod';
import { PHYSICAL_TYPES } from './contract';
import { unitProperties } from './customProperties';
import { LOGICAL_TYPE } from './document';

export const SILVER_TYPES = [...PHYSICAL_TYPES, 'date'] as const;

const LOGICAL_TYPES: Record<(typeof SILVER_TYPES)[number], string> = { ...LOGICAL_TYPE, date: 'date' };

const column = z
  .looseObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and underscores'),
    description: z.string().min(1).optional(),
    logicalType: z.string().optional(),
    physicalType: z.enum(SILVER_TYPES).optional(),
    primaryKeyPosition: z.number().int().positive().optional(),
    transformSourceObjects: z
      .array(z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table.column'))
      .default([]),
    customProperties: unitProperties,
  })
  .superRefine(({ logicalType, physicalType }, context) => {
    const expected = physicalType && LOGICAL_TYPES[physicalType];
    if (logicalType !== expected)
      context.addIssue({
        code: 'custom',
        message: `expected logicalType ${expected ?? 'only beside a physicalType'}, found ${logicalType ?? 'none'}`,
      });
  });

/** The part of an ODCS 3.1 contract of a silver table that is read here. */
export const silverDocument = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.looseObject({ purpose: z.string().min(1) }),
  schema: z
    .array(
      z.looseObject({
        physicalName: z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case'),
        dataGranularityDescription: z.string().min(1),
        properties: z.array(column).min(1),
      }),
    )
    .length(1, 'expected one object: a contract is about one table'),
});

export type SilverDocument = z.infer<typeof silverDocument>;
export type SilverProperty = z.infer<typeof column>;
