/** The parts of a comma-separated option, blanks and empty ones left out. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
