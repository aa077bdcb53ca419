import { zipSync } from 'fflate';

/** A zip with one CSV named after it, as the operator packs reports. */
export function reportZip(fileName: string, csv: string | Buffer): Buffer {
  const members = { [fileName.replace(/\.zip$/, '.CSV')]: Buffer.from(csv) };
  // A fixed date: the same report has the same checksum.
  return Buffer.from(zipSync(members, { mtime: new Date(2000, 0, 1) }));
}

export const SCADA_NAME = 'PUBLIC_DISPATCHSCADA_202512270005_0000000495867506.zip';
export const DISPATCHIS_NAME = 'PUBLIC_DISPATCHIS_202512270005_0000000495867501.zip';
