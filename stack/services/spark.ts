import fs from 'node:fs';
import path from 'node:path';
import { enabledOf } from '../../pipelines/registry';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { findSparkJava } from '../findJava';
import { probeHttp } from '../probes/http';
import { ownEnvironment, UTF8_LOCALE } from './environment';
import type { Command, ServiceContext, ServiceDefinition } from './definition';

/** The warm driver: one Spark session that stays for the five-minute runs. */
export const spark: ServiceDefinition = {
  name: 'spark',
  label: 'Spark driver',
  ports: ['spark', 'sparkUi'],
  dependsOn: [],
  needs: ['venv', 'sparkHome', 'sparkJars'],
  url: (config) => `http://127.0.0.1:${config.ports.spark}`,
  prepare: ({ folder }) => void fs.mkdirSync(folder, { recursive: true }),
  command,
  probe: ({ config }) =>
    probeHttp(`http://127.0.0.1:${config.ports.spark}/health`, (health) => health['ready'] === true),
  startTimeout_ms: 300_000,
  stopGrace_ms: 15_000,
};

function command({ config, folder, installed }: ServiceContext): Command {
  return {
    file: installed.python,
    args: [path.join(repositoryRoot(), 'spark', 'driver.py'), '--port', String(config.ports.spark)],
    env: {
      ...ownEnvironment(config),
      ...sparkEnvironment({ config, installed }),
      // Those it warms up; only a definition says which are enabled where the setting names none.
      CURRENTS_PIPELINES: [...enabledOf(config).keys()].join(','),
    },
    cwd: folder,
  };
}

/**
 * Also for `spark-submit`: the environment of any Spark process of this stack. It binds to a wrong interface
 * unless loopback is set.
 */
export function sparkEnvironment({
  config,
  installed,
}: Pick<ServiceContext, 'config' | 'installed'>): Record<string, string> {
  return {
    ...UTF8_LOCALE,
    SPARK_HOME: installed.sparkHome,
    SPARK_LOCAL_IP: '127.0.0.1',
    JAVA_HOME: findSparkJava(config).home,
    PYSPARK_PYTHON: installed.python,
    PYSPARK_DRIVER_PYTHON: installed.python,
    PYTHONUNBUFFERED: '1',
  };
}
