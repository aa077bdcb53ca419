import { readConfig } from '../settings/config';
import { installation } from './layout';
import { sparkEnvironment } from './services/spark';

/**
 * Prints the variables a Spark process needs as `export NAME='value'` lines, for shells: tests and notebooks.
 */
const config = readConfig();
const values = sparkEnvironment({ config, installed: installation() });
for (const [name, value] of Object.entries(values))
  process.stdout.write(`export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
