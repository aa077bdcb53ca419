import { once } from 'node:events';

let whenClosed = (): void => process.exit(0);

/** A reader that closes stdout (`| head`) ends the command quietly, or by `onStdoutClosed`. */
export function watchStdout(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    whenClosed();
  });
  // Messages alone are lost (`2>&1 | head`): the work goes on, and its exit code says how it ended.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** For a command with something to end first. */
export function onStdoutClosed(end: () => void): void {
  whenClosed = end;
}

/** Writes and waits until the reader has room for more, so that memory holds one piece. */
export async function writeOut(text: string, signal?: AbortSignal): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain', { signal });
}
