import { zipSync } from 'fflate';

/** A zip with one CSV named after it, as the operator packs reports. */
export function reportZip(fileName: string, csv: string | Buffer): Buffer {
  return Buffer.from(zipSync({ [fileName.replace(/\.zip$/, '.CSV')]: Buffer.from(csv) }));
}

export const SCADA_NAME = 'PUBLIC_DISPATCHSCADA_202512270005_0000000495867506.zip';
export const DISPATCHIS_NAME = 'PUBLIC_DISPATCHIS_202512270005_0000000495867501.zip';
