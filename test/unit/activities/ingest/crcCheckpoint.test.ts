import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CrcCheckpoint } from '../../../../activities/ingest/crcCheckpoint';

describe('a file-based checkpoint', () => {
  let file: string;

  beforeEach(async () => {
    file = path.join(await fs.mkdtemp(path.join(os.tmpdir(), 'checkpoint-')), 'crc.json');
  });
  afterEach(() => fs.rm(path.dirname(file), { recursive: true }));

  it('starts empty where there is no file, and is kept as JSON by name', async () => {
    const checkpoint = await CrcCheckpoint.open(file);
    expect(checkpoint.has('A.zip', '0000abcd')).toBe(false);
    await checkpoint.add('A.zip', '0000abcd');
    expect(JSON.parse(await fs.readFile(file, 'utf8'))).toEqual({ 'A.zip': '0000abcd' });
    expect((await CrcCheckpoint.open(file)).has('A.zip', '0000abcd')).toBe(true);
  });

  it('keeps every file of many ingested at once', async () => {
    const checkpoint = await CrcCheckpoint.open(file);
    const names = Array.from({ length: 20 }, (_, index) => `${index}.zip`);
    await Promise.all(names.map((name) => checkpoint.add(name, '0000abcd')));
    expect(JSON.parse(await fs.readFile(file, 'utf8'))).toEqual(
      Object.fromEntries(names.map((name) => [name, '0000abcd'])),
    );
  });

  it('goes on after a file that could not be written', async () => {
    const late = path.join(path.dirname(file), 'late', 'crc.json');
    const checkpoint = await CrcCheckpoint.open(late);
    await expect(checkpoint.add('A.zip', '0000abcd')).rejects.toMatchObject({ code: 'ENOENT' });
    await fs.mkdir(path.dirname(late));
    await checkpoint.add('B.zip', '0000abce');
    expect(JSON.parse(await fs.readFile(late, 'utf8'))).toEqual({ 'A.zip': '0000abcd', 'B.zip': '0000abce' });
  });

  it.each([
    ['an object with decimal CRCs', JSON.stringify({ 'A.zip': 0xdeadbeef }), 'A.zip'],
    ['an object with hexadecimal CRCs', JSON.stringify({ 'A.zip': '0xDEADBEEF' }), 'A.zip'],
    ['a list', JSON.stringify([0xdeadbeef]), 'any.zip'],
    ['lines', 'deadbeef\n12345678\n', 'any.zip'],
    ['decimal lines', `${0xdeadbeef}\n`, 'any.zip'],
  ])('reads %s', async (_, text, name) => {
    await fs.writeFile(file, text);
    expect((await CrcCheckpoint.open(file)).has(name, 'deadbeef')).toBe(true);
  });

  it('takes a changed file of the same name as new', async () => {
    await fs.writeFile(file, JSON.stringify({ 'A.zip': 'deadbeef' }));
    expect((await CrcCheckpoint.open(file)).has('A.zip', '00000001')).toBe(false);
  });

  it('refuses what is not a checkpoint', async () => {
    await fs.writeFile(file, 'hello world');
    await expect(CrcCheckpoint.open(file)).rejects.toThrow(/expected CRC-32 numbers/);
  });
});
