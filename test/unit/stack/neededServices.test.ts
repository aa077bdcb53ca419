import { unneededServices } from '../../../stack/services/neededServices';

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
