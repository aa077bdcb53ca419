import fs from 'node:fs';
import path from 'node:path';
import { withCarriedColumns } from '../../core/gates/carriedColumns';
import { problemsOf, savedQueriesOf, type LoadedSuite } from '../../core/gates/catalogue';
import { InvalidSuiteError } from '../../core/gates/errors';
import { readSuite, type Suite } from '../../core/gates/suite';
import { contractsIn } from '../../pipelines/contractFiles';
import { filesFolderOf } from '../../pipelines/registry';

/**
 * Every suite of a pipeline (`gates/*.json` in its folder), by file name, with the saved queries it
 * names (`gates/sql/*.sql`). A pipeline without the folder has no gates.
 *
 * @throws InvalidSuiteError with every problem of every file.
 */
export function loadSuites(
  pipeline: string,
  folder = path.join(filesFolderOf(pipeline), 'gates'),
): LoadedSuite[] {
  if (!fs.existsSync(folder)) return [];
  const problems: string[] = [];
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  const suites = files.flatMap((name) => {
    const read = readSuiteFile(path.join(folder, name));
    if ('suite' in read) return [read.suite];
    problems.push(...read.problems);
    return [];
  });
  const loaded = suites.map((suite) => withQueries(suite, path.join(folder, 'sql'), problems));
  if (problems.length > 0) throw new InvalidSuiteError(problems);
  return loaded;
}

function readSuiteFile(file: string): { suite: Suite } | { problems: string[] } {
  const origin = path.basename(file);
  const read = readSuite(jsonOf(file), origin);
  if ('problems' in read) return read;
  const suite = withCarriedColumns(read.suite, contractsIn(path.dirname(path.dirname(file))));
  const problems = problemsOf(suite).map((problem) => `${origin}: ${problem}`);
  return problems.length > 0 ? { problems } : { suite };
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function withQueries(suite: Suite, folder: string, problems: string[]): LoadedSuite {
  const queries: Record<string, string> = {};
  for (const name of savedQueriesOf(suite)) {
    const file = path.join(folder, name);
    if (fs.existsSync(file)) queries[name] = fs.readFileSync(file, 'utf8');
    else problems.push(`${suite.name}: expected saved query gates/sql/${name}, found none`);
  }
  return { suite, queries };
}
