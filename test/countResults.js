/**
 * Adds up what each section of test/run.sh left behind: Jest's and pytest's own counts, and one for a
 * section without tests. A section that broke before any test could fail counts as one failure.
 * Prints every failed test once more with its message, and the closing line: "N passed, N failed, N skipped".
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const folder = process.argv[2];
const MESSAGE_LINES = 25;
const total = { passed: 0, failed: 0, skipped: 0 };

for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.section'))) {
  const name = path.basename(file, '.section');
  const isPassed = fs.readFileSync(path.join(folder, file), 'utf8').trim() === 'ok';
  const counts = countsOf(name) ?? { passed: isPassed ? 1 : 0, failed: 0, skipped: 0 };
  if (!isPassed && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
}
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.jest.json'))) printFailures(path.join(folder, file));
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

function countsOf(name) {
  const jest = path.join(folder, `${name}.jest.json`);
  if (fs.existsSync(jest)) {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(fs.readFileSync(jest, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  }
  const reports = fs.readdirSync(folder).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.junit.xml'));
  return reports.length === 0 ? undefined : reports.map((file) => junitCounts(path.join(folder, file))).reduce(add);
}

function junitCounts(file) {
  const number = (key) => Number(fs.readFileSync(file, 'utf8').match(new RegExp(`<testsuite [^>]*\\b${key}="(\\d+)"`))?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return { passed: number('tests') - failed - number('skipped'), failed, skipped: number('skipped') };
}

function add(one, other) {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped };
}

function printFailures(file) {
  for (const suite of JSON.parse(fs.readFileSync(file, 'utf8')).testResults.filter(({ status }) => status === 'failed')) {
    const failed = suite.assertionResults.filter(({ status }) => status === 'failed');
    console.log(`\n✕ ${path.basename(suite.name)}${failed.length === 0 ? `\n${firstLines(suite.message)}` : ''}`);
    for (const test of failed) console.log(`✕ ${test.fullName}\n${test.failureMessages.map(firstLines).join('\n')}`);
  }
}

function firstLines(message) {
  return message.split('\n').slice(0, MESSAGE_LINES).join('\n');
}
