import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../settings/config';
import { PrerequisiteError } from './errors';

/** Spark 3.5 runs on these; on JDK 24 and later it fails at once (`getSubject is not supported`). */
const SPARK_JAVA_MAJORS = [17, 21];
const USUAL_PLACES = ['/usr/lib/jvm', '/usr/java', '/opt/java', '/Library/Java/JavaVirtualMachines'];

export interface Java {
  home: string;
  major: number;
}

/**
 * The JDK for Spark: the setting JAVA_HOME_SPARK, else JAVA_HOME, `java` on PATH or a usual place.
 *
 * @throws PrerequisiteError when none of them is a JDK 17 or 21.
 */
export function findSparkJava(
  config: Pick<Config, 'JAVA_HOME_SPARK'>,
  environment: NodeJS.ProcessEnv = process.env,
): Java {
  if (config.JAVA_HOME_SPARK !== undefined) return requireFitting(config.JAVA_HOME_SPARK);
  for (const home of candidates(environment)) {
    const java = javaAt(home);
    if (java !== undefined && SPARK_JAVA_MAJORS.includes(java.major)) return java;
  }
  throw missing(`none under JAVA_HOME, PATH or ${USUAL_PLACES[0]}`);
}

/** The Java in a home folder, or undefined when there is none. */
export function javaAt(home: string): Java | undefined {
  const major = majorFromRelease(home) ?? majorFromRunning(home);
  return major === undefined ? undefined : { home, major };
}

function requireFitting(home: string): Java {
  const java = javaAt(home);
  if (java === undefined || !SPARK_JAVA_MAJORS.includes(java.major)) {
    throw missing(`${java === undefined ? 'no Java' : `Java ${java.major}`} at JAVA_HOME_SPARK=${home}`);
  }
  return java;
}

function missing(found: string): PrerequisiteError {
  return new PrerequisiteError(
    'JDK for Spark',
    'version 17 or 21',
    found,
    'Install a JDK 17 (Debian: apt install openjdk-17-jdk-headless, macOS: brew install ' +
      'openjdk@17) or set JAVA_HOME_SPARK to one.',
  );
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  const onPath = (environment.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'java'))
    .filter((file) => fs.existsSync(file))
    .map((file) => path.dirname(path.dirname(fs.realpathSync(file))));
  const usual = USUAL_PLACES.filter((folder) => fs.existsSync(folder)).flatMap((folder) =>
    fs
      .readdirSync(folder)
      .sort()
      .flatMap((name) => [path.join(folder, name), path.join(folder, name, 'Contents', 'Home')]),
  );
  return [...(environment.JAVA_HOME ? [environment.JAVA_HOME] : []), ...onPath, ...usual];
}

/** The `release` file answers without starting a JVM. */
function majorFromRelease(home: string): number | undefined {
  const release = path.join(home, 'release');
  if (!fs.existsSync(release) || !fs.existsSync(path.join(home, 'bin', 'java'))) return undefined;
  return majorOf(fs.readFileSync(release, 'utf8').match(/JAVA_VERSION="([^"]+)"/)?.[1]);
}

function majorFromRunning(home: string): number | undefined {
  const java = path.join(home, 'bin', 'java');
  if (!fs.existsSync(java)) return undefined;
  const answer = spawnSync(java, ['-version'], { encoding: 'utf8', timeout: 10_000 });
  return majorOf(answer.stderr?.match(/version "([^"]+)"/)?.[1]);
}

function majorOf(version: string | undefined): number | undefined {
  const [first, second] = (version ?? '').split('.').map(Number);
  const major = first === 1 ? second : first;
  return major === undefined || Number.isNaN(major) || major === 0 ? undefined : major;
}
