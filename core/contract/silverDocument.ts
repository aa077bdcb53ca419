import { z } from 'zod';
import { name } from '../names';
import { PHYSICAL_TYPES } from './contract';
import { unitProperties } from './customProperties';
import { LOGICAL_TYPE } from './document';
import { documentAbout, ofObject } from './odcs';

const SILVER_TYPES = [...PHYSICAL_TYPES, 'date'] as const;

const LOGICAL_TYPES: Record<(typeof SILVER_TYPES)[number], string> = { ...LOGICAL_TYPE, date: 'date' };

const column = z
  .looseObject({
    name,
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

/** The part of the contract of a silver table that is read here. */
export const silverDocument = documentAbout(
  z.looseObject({ ...ofObject, properties: z.array(column).min(1) }),
);

export type SilverDocument = z.infer<typeof silverDocument>;
export type SilverProperty = z.infer<typeof column>;
