import { FolderNotUsableError } from './errors';

/** A line of a properties file ends at a line end; quotes and `${` have a meaning in Spark and Quarkus. */
const NEITHER = { '"': 'a quotation mark', '\\': 'a backslash', '${': 'the beginning of a variable' };
/** Class paths are lists with colons, and webpack takes the text before an exclamation mark as a loader. */
const NO_CHECKOUT = { ':': 'a colon', '!': 'an exclamation mark' };

/** @throws FolderNotUsableError for a home or a checkout whose path some program of the stack cannot take */
export function requireUsableFolders(home: string, checkout: string): void {
  requireUsable('CURRENTS_HOME', home, NEITHER);
  requireUsable('checkout', checkout, { ...NEITHER, ...NO_CHECKOUT });
}

function requireUsable(what: string, folder: string, unfit: Record<string, string>): void {
  const found = Object.entries(unfit).flatMap(([text, name]) => (folder.includes(text) ? [name] : []));
  if (/\p{Cc}/u.test(folder)) found.push('a control character');
  if (found.length > 0) throw new FolderNotUsableError(what, folder, found);
}
