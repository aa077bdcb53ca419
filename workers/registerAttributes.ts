import type { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Attributes } from '../core/searchAttributes';

const INDEXED = temporal.api.enums.v1.IndexedValueType;
const TYPES: Record<string, number> = {
  KEYWORD: INDEXED.INDEXED_VALUE_TYPE_KEYWORD,
  DATETIME: INDEXED.INDEXED_VALUE_TYPE_DATETIME,
  INT: INDEXED.INDEXED_VALUE_TYPE_INT,
};

/** Registers what is missing: the dev server ignores attribute flags once its database file exists. */
export async function registerAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(Attributes).filter(({ name }) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map(({ name, type }) => [name, TYPES[type] ?? 0]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
}
