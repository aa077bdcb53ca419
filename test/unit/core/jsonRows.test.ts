import { jsonRows } from '../../../core/sqlText';

describe('jsonRows', () => {
  it('is one quoted JSON text with names and types', () => {
    expect(
      jsonRows('events', { id: 'varchar', attempt: 'integer' }, [
        { id: "O'Brien\n", attempt: 1, more: true },
        { attempt: 2 },
      ]),
    ).toBe(
      `(SELECT * FROM UNNEST(CAST(json_parse('[["O''Brien\\n",1],[null,2]]') ` +
        'AS array(row("id" varchar, "attempt" integer))))) AS events ("id", "attempt")',
    );
  });
});
