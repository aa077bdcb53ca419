import { unaskedServices, unneededServices } from '../../../stack/services/neededServices';

describe('services that no enabled pipeline needs', () => {
  it('are those that all of them do without', () => {
    const batch = { withoutServices: ['spark', 'trino'] as const };
    expect(unneededServices([batch])).toEqual(['spark', 'trino']);
    expect(unneededServices([batch, { withoutServices: ['trino'] }])).toEqual(['trino']);
    expect(unneededServices([batch, {}])).toEqual([]);
  });

  it('are none where no pipeline is enabled', () => {
    expect(unneededServices([])).toEqual([]);
  });
});

test('the schema registry is started only where an enabled pipeline asks for it', () => {
  expect(unaskedServices([{}, { needsRegistry: true }])).toEqual([]);
  expect(unaskedServices([{}, { needsRegistry: false }])).toEqual(['registry']);
  expect(unaskedServices([])).toEqual(['registry']);
});
