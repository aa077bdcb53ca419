import { covered_ms } from '../../../bench/orchestration';

describe('covered_ms', () => {
  const span = (from_ms: number, to_ms: number) => ({ from_ms, to_ms });

  test('counts what two activities do at the same time once', () => {
    expect(covered_ms([span(10, 30), span(20, 40)])).toBe(30);
    expect(covered_ms([span(10, 40), span(20, 30), span(50, 55)])).toBe(35);
  });

  test('is nothing without any', () => expect(covered_ms([])).toBe(0));
});
