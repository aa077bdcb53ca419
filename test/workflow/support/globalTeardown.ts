import fs from 'node:fs';
import path from 'node:path';
import { bundlePath } from './bundlePath';

export default function removeBundle(): void {
  fs.rmSync(path.dirname(bundlePath()), { recursive: true, force: true });
}
