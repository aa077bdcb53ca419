import { quoteText } from '../sqlText';
import type { Target } from './check';
import { ExpectationNotApplicableError } from './errors';
import { columnOf, literalFor, typeOfColumn } from './literals';

/**
 * `row_condition` as text, read by a grammar of our own and written again as SQL, so nothing of the suite's
 * text reaches the query unquoted. Understood, for every `condition_parser`: comparisons
 * (`= == != <> < <= > >=`) of a column with a number, a text, `true` or `false`; `in (...)`, `not in (...)`,
 * `[...]` for `(...)`; `is null`, `is not null`, `col("x").isNull()`, `.notNull()`; `and`, `or`, `not`, `&`,
 * `|`; parentheses. A column is a bare word, `col("x")` or `` `x` ``; `"x"` is a column when
 * `condition_parser` is `trino`, else a text as in pandas. Arithmetic and functions are an error.
 */
export function textConditionSql(
  target: Target,
  type: string,
  condition: string,
  parser?: string | null,
): string {
  return new ConditionParser(target, type, tokensOf(target, type, condition), parser === 'trino').parse();
}

interface Token {
  kind: 'column' | 'nullity' | 'text' | 'doubleQuoted' | 'number' | 'word' | 'sign';
  text: string;
}

/** In the order in which they are tried. */
const FORMS: readonly [Token['kind'], RegExp][] = [
  ['column', /col\(\s*(?:"[^"]+"|'[^']+')\s*\)/],
  ['nullity', /\.(?:isNull|notNull|is_null|is_not_null)\(\)/],
  ['text', /'(?:[^']|'')*'/],
  ['doubleQuoted', /"(?:[^"]|"")*"/],
  ['column', /`[^`]+`/],
  ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/],
  ['word', /[A-Za-z_]\w*/],
  ['sign', /==|!=|<>|<=|>=|[=<>()[\],&|]/],
];
const TOKEN = new RegExp(`\\s*(?:${FORMS.map(([, form]) => `(${form.source})`).join('|')})`, 'y');

function tokensOf(target: Target, type: string, condition: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let end = condition.trimEnd().length; TOKEN.lastIndex < end;) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(condition);
    if (!match) throw notUnderstood(target, type, condition.slice(from).trim());
    const group = match.slice(1).findIndex((part) => part !== undefined);
    tokens.push({ kind: FORMS[group]?.[0] ?? 'sign', text: match[group + 1] ?? '' });
  }
  return tokens;
}

function notUnderstood(target: Target, type: string, found: string): Error {
  return new ExpectationNotApplicableError(
    target.suite,
    type,
    `row_condition: expected comparisons, in, is null, and, or, not; found ${found || 'the end'}`,
  );
}

class ConditionParser {
  private next = 0;

  constructor(
    private readonly target: Target,
    private readonly type: string,
    private readonly tokens: Token[],
    private readonly doubleQuotedIsColumn: boolean,
  ) {}

  parse(): string {
    const sql = this.any();
    if (this.next < this.tokens.length) this.fail();
    return sql;
  }

  private any(): string {
    const terms = [this.all()];
    while (this.take('or', '|')) terms.push(this.all());
    return terms.length === 1 ? terms[0]! : `(${terms.join(' OR ')})`;
  }

  private all(): string {
    const terms = [this.term()];
    while (this.take('and', '&')) terms.push(this.term());
    return terms.length === 1 ? terms[0]! : `(${terms.join(' AND ')})`;
  }

  private term(): string {
    if (this.take('not')) return `NOT (${this.term()})`;
    if (!this.take('(')) return this.comparison();
    const inner = this.any();
    this.expect(')');
    return `(${inner})`;
  }

  private comparison(): string {
    const { sql, columnType } = this.column();
    const nullity = this.nullity();
    if (nullity) return `${sql} ${nullity}`;
    const negated = this.take('not');
    if (this.take('in')) return `${sql} ${negated ? 'NOT ' : ''}IN (${this.list(columnType)})`;
    if (negated) this.fail();
    return `${sql} ${this.operator()} ${this.literal(columnType)}`;
  }

  private nullity(): string | undefined {
    if (this.peek()?.kind === 'nullity')
      return /not/i.test(this.tokens[this.next++]!.text) ? 'IS NOT NULL' : 'IS NULL';
    if (!this.take('is')) return undefined;
    const negated = this.take('not');
    this.expect('null');
    return negated ? 'IS NOT NULL' : 'IS NULL';
  }

  private list(columnType: string): string {
    const open = this.take('(', '[');
    if (!open) this.fail();
    const literals = [this.literal(columnType)];
    while (this.take(',')) literals.push(this.literal(columnType));
    this.expect(open === '[' ? ']' : ')');
    return literals.join(', ');
  }

  private column(): { sql: string; columnType: string } {
    const token = this.tokens[this.next++];
    const isColumn =
      token &&
      (token.kind === 'column' ||
        token.kind === 'word' ||
        (token.kind === 'doubleQuoted' && this.doubleQuotedIsColumn));
    if (!isColumn) return this.fail(token);
    const name = token.text.replace(/^col\(\s*["']|["']\s*\)$|^[`"]|[`"]$/g, '');
    return { sql: columnOf(this.target, this.type, name), columnType: typeOfColumn(this.target, name) };
  }

  private operator(): string {
    const sign = this.take('==', '=', '!=', '<>', '<=', '>=', '<', '>');
    if (!sign) return this.fail();
    return sign === '==' ? '=' : sign === '!=' ? '<>' : sign;
  }

  private literal(columnType: string): string {
    const token = this.tokens[this.next++];
    if (token?.kind === 'number') return literalFor(columnType, Number(token.text));
    if (token?.kind === 'word' && /^(true|false)$/i.test(token.text)) return token.text.toLowerCase();
    if (token?.kind === 'text')
      return this.textLiteral(columnType, token.text.slice(1, -1).replaceAll("''", "'"));
    if (token?.kind === 'doubleQuoted' && !this.doubleQuotedIsColumn)
      return this.textLiteral(columnType, token.text.slice(1, -1).replaceAll('""', '"'));
    return this.fail(token);
  }

  private textLiteral(columnType: string, text: string): string {
    return columnType.startsWith('varchar') ? quoteText(text) : literalFor(columnType, text);
  }

  private peek(): Token | undefined {
    return this.tokens[this.next];
  }

  private take(...texts: string[]): string | undefined {
    const token = this.peek();
    const isOperator = token && (token.kind === 'word' || token.kind === 'sign');
    const found = isOperator ? texts.find((text) => text === token.text.toLowerCase()) : undefined;
    if (found) this.next += 1;
    return found;
  }

  private expect(text: string): void {
    if (!this.take(text)) this.fail();
  }

  private fail(token: Token | undefined = this.peek()): never {
    throw notUnderstood(this.target, this.type, token?.text ?? '');
  }
}
