/** Words that the project's glossary replaces, each with the words to write. */
export const FORBIDDEN_WORDS: readonly [pattern: RegExp, instead: string][] = [
  [/\black(s|ed|ing)?\b/i, 'is missing'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\banew\b/i, 'again, recreated'],
  [/\bwhoever\b/i, "the actor's name"],
  [/\bnobody\b/i, "the actor's name, no process"],
  [/\bsomebody\b/i, "the actor's name, a process"],
  [/\bfor ever\b/i, 'without a limit'],
  [/\bcut off\b/i, 'interrupted, orphaned'],
  // A line may end between the two words; names have lower-case letters, or letters, digits and marks.
  [/(?<!\bdead[- ]|\blower-case |^ *)\bletters?\b(?!, digits)/i, 'dead letter'],
  [/\bis an operator's\b/i, 'needs an operator'],
  [/\bin a new history\b/i, 'continues as new'],
  [/\bin spite of\b/i, 'although'],
  [/\bbe it (an?|the|by|in)\b/i, 'even, also'],
  [/\bgo(es|ing)? on with\b/i, 'continue with'],
  [/\bbefore an operator's eyes\b/i, 'the operator has seen'],
  [/\basked for by\b/i, 'requested by'],
  [/\b(upon|thereby|anyhow|unto)\b/i, 'on, by this, (leave it out)'],
];

/** The forbidden words of a text, as `<word>, write: <words>`. Skips names in backticks and addresses. */
export function forbiddenIn(text: string): string[] {
  const prose = text.replace(/`[^`]*`/g, '').replace(/\]\([^)]*\)/g, ']');
  return FORBIDDEN_WORDS.flatMap(([pattern, instead]) => {
    const found = pattern.exec(prose);
    return found ? [`${found[0]}, write: ${instead}`] : [];
  });
}
