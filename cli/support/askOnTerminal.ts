import { once } from 'node:events';
import readline from 'node:readline/promises';

/** The answer; an empty one for Ctrl-C and Ctrl-D, after which a question would never be answered. */
export async function askOnTerminal(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const terminal = readline.createInterface({ input, output });
  const closed = once(terminal, 'close').then(() => '');
  const answered = terminal.question(question).catch(() => '');
  const answer = await Promise.race([answered, closed]);
  terminal.close();
  return answer.trim();
}
