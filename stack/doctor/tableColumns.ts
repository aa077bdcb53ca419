import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { quoteText } from '../../core/sqlText';
import { pipelineNames } from '../../pipelines/registry';
import type { Config } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { installation } from '../layout';
import { probeTrinoQuery } from '../probes/trino';
import { ownEnvironment } from '../services/environment';
import { sparkEnvironment } from '../services/spark';
import type { CheckContext, Finding } from './check';
import { changesBetween, findingOf, trinoType, type TableColumns } from './columnChanges';

const MOST_OUTPUT_BYTES = 16 * 1024 ** 2;
const LIMIT_MS = 60_000;

interface DeclaredTable {
  name: string;
  columns: { name: string; type: string }[];
}

/** How the tables of `main` differ from what the enabled pipelines declare; the next run changes them. */
export async function tableColumns({ config }: CheckContext): Promise<Finding> {
  const declared = await declaredColumns(config, pipelineNames());
  const schemas = [...declared.values()].flatMap((tables) =>
    [...tables.keys()].map((name) => name.split('.')[0]!),
  );
  const found = await columnsOfLake(config, [...new Set(schemas)]);
  return findingOf(
    new Map([...declared].map(([pipeline, tables]) => [pipeline, changesBetween(tables, found)])),
  );
}

/** Half a second: it starts Python and no Spark. */
async function declaredColumns(config: Config, pipelines: string[]): Promise<Map<string, TableColumns>> {
  const installed = installation();
  const { stdout } = await promisify(execFile)(
    installed.python,
    [path.join(repositoryRoot(), 'spark', 'describe.py'), ...pipelines],
    {
      env: { ...ownEnvironment(config), ...sparkEnvironment({ config, installed }) },
      maxBuffer: MOST_OUTPUT_BYTES,
      timeout: LIMIT_MS,
    },
  );
  const answer = JSON.parse(stdout) as Record<string, DeclaredTable[]>;
  return new Map(Object.entries(answer).map(([name, tables]) => [name, columnsOf(tables)]));
}

function columnsOf(tables: DeclaredTable[]): TableColumns {
  return new Map(
    tables.map(({ name, columns }) => [
      name.toLowerCase(),
      new Map(columns.map((column) => [column.name.toLowerCase(), trinoType(column.type)])),
    ]),
  );
}

async function columnsOfLake(config: Config, schemas: string[]): Promise<TableColumns> {
  if (schemas.length === 0) return new Map();
  const rows = await probeTrinoQuery(
    config.trinoUrl,
    `select table_schema || '.' || table_name, column_name, data_type from lake.information_schema.columns
      where table_schema in (${schemas.map(quoteText).join(', ')})`,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const [table, column, type] of rows.map((row) => row.map(String)))
    tables.set(table!, (tables.get(table!) ?? new Map<string, string>()).set(column!, type!));
  return tables;
}
