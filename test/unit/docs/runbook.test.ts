import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { errorCodes, errorKinds } from './errorCodes';

/** Codes that no error class defines: what the lane, the command line and a job without a result say. */
const CODES_WITHOUT_A_CLASS = ['NOT_HELD', 'RUN_FAILED', 'SPARK_SUBMIT_ENDED', 'UNEXPECTED'];

describe('the runbook', () => {
  const runbook = fs.readFileSync(path.join(repositoryRoot(), 'docs', 'runbook.md'), 'utf8');
  const sections = new Map(
    [...runbook.matchAll(/^## ([A-Z][A-Z0-9_]+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(([, code, text]) => [
      code!,
      text!,
    ]),
  );
  const codes = errorCodes();

  it('knows where codes are defined', () => expect(codes.length).toBeGreaterThan(50));

  it.each(codes)('has a section ## %s', (code) => {
    expect([...sections.keys()]).toContain(code);
  });

  it.each([...sections])('says under ## %s what it means and what to do', (_, text) => {
    expect(text).toMatch(/\*\*Means\*\*: .{15,}/);
    expect(text).toMatch(/\*\*Do\*\*: .{10,}/);
  });

  it.each([...sections])('says under ## %s of which kind it is', (_, text) => {
    expect(text).toMatch(/^Kind: (user|upstream|data|internal)\. \*\*Means\*\*/);
  });

  it.each(errorKinds())('says of %s that it is of kind %s, as its class does', (code, kind) => {
    expect(sections.get(code)).toMatch(new RegExp(`^Kind: ${kind}\\.`));
  });

  it('has its sections in alphabetical order', () => {
    expect([...sections.keys()]).toEqual([...sections.keys()].sort());
  });

  it('has no section of a code that is not there any more', () => {
    expect(
      [...sections.keys()].filter((code) => !codes.includes(code) && !CODES_WITHOUT_A_CLASS.includes(code)),
    ).toEqual([]);
  });
});
