import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PrerequisiteError } from '../../../stack/errors';
import { fits } from '../../../stack/findBinary';
import { findSparkJava } from '../../../stack/findJava';
import { fingerprint, isStamped, removeStamp, stamp } from '../../../stack/install/fingerprint';
import { isAtLeast, requireNode, requirePython } from '../../../stack/install/prerequisites';
import { stackVersions } from '../../../stack/versions';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-install-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A folder that looks like a JDK's home: its `release` file tells the version without a JVM. */
function fakeJdk(name: string, version: string): string {
  const home = path.join(folder, name);
  fs.mkdirSync(path.join(home, 'bin'), { recursive: true });
  fs.writeFileSync(path.join(home, 'bin', 'java'), '');
  fs.writeFileSync(path.join(home, 'release'), `JAVA_VERSION="${version}"\n`);
  return home;
}

describe('the stamp of an installed part', () => {
  test('holds for the same files and facts only', () => {
    const lock = path.join(folder, 'lock');
    fs.writeFileSync(lock, 'a==1');
    const before = fingerprint([lock], ['3.11']);
    stamp(folder, 'python', before);
    expect(isStamped(folder, 'python', fingerprint([lock], ['3.11']))).toBe(true);
    expect(isStamped(folder, 'python', fingerprint([lock], ['3.12']))).toBe(false);
    fs.writeFileSync(lock, 'a==2');
    expect(isStamped(folder, 'python', fingerprint([lock], ['3.11']))).toBe(false);
  });

  test('is absent once an install has begun, so that an interrupted one is done again', () => {
    stamp(folder, 'maven', 'x');
    removeStamp(folder, 'maven');
    expect(isStamped(folder, 'maven', 'x')).toBe(false);
  });
});

describe('prerequisites', () => {
  test.each([
    ['20.19.0', '20.19.0', true],
    ['20.9.0', '20.19.0', false],
    ['21.0', '20.19.0', true],
    ['3.8.7', '3.6.3', true],
    ['3.11', '3.11.0', true],
  ])('version %s compared with %s', (found, wanted, isEnough) =>
    expect(isAtLeast(found, wanted)).toBe(isEnough),
  );

  test('say which Node.js was found and which is needed', () => {
    expect(() => requireNode('18.20.1')).toThrow(/Node.js: expected 20.19 or newer, found 18.20.1/);
  });

  test('say how to get a Python when the one named is not there', () => {
    expect(() => requirePython({ CURRENTS_PYTHON: '/nowhere/python' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('CURRENTS_PYTHON') }),
    );
  });

  test.each([
    ['1.9.1', '1.9.1', true],
    ['1.10.0', '1.9.1', true],
    ['1.8.0', '1.9.1', false],
    ['2.0.0', '1.9.1', false],
  ])('a program of version %s where %s is pinned', (found, wanted, isFitting) =>
    expect(fits(found, wanted)).toBe(isFitting),
  );
});

describe('the JDK for Spark', () => {
  test('is the one named by the setting when it fits', () => {
    const home = fakeJdk('seventeen', '17.0.15');
    expect(findSparkJava({ JAVA_HOME_SPARK: home }, {})).toEqual({ home, major: 17 });
  });

  test('is not a JDK on which Spark cannot run, and the error says which was found where', () => {
    const home = fakeJdk('latest', '25.0.2');
    expect(() => findSparkJava({ JAVA_HOME_SPARK: home }, {})).toThrow(PrerequisiteError);
    expect(() => findSparkJava({ JAVA_HOME_SPARK: home }, {})).toThrow(
      /expected version 17 or 21, found Java 25 at JAVA_HOME_SPARK=/,
    );
  });

  test('is passed over in JAVA_HOME when it does not fit, and found on PATH', () => {
    const [latest, fitting] = [fakeJdk('latest', '25.0.2'), fakeJdk('twentyone', '21.0.8')];
    expect(
      findSparkJava({ JAVA_HOME_SPARK: undefined }, { JAVA_HOME: latest, PATH: path.join(fitting, 'bin') }),
    ).toEqual({ home: fitting, major: 21 });
  });
});

describe('the pinned versions', () => {
  test('are read from the lock files, each in full', () => {
    for (const version of Object.values(stackVersions())) expect(version).toMatch(/^\d+(\.\d+)*$/);
  });
});
