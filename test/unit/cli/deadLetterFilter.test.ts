import { Command } from 'commander';
import { filterOf, withFilter, type FilterOptions } from '../../../cli/support/deadLetterFilter';

function filterTold(...args: string[]): ReturnType<typeof filterOf> {
  const command = withFilter(new Command().option('--limit <n>', 'how many', '50'));
  return filterOf(command.parse(args, { from: 'user' }).opts<FilterOptions>());
}

describe('the filter of dead letters', () => {
  it('takes the reason of a rejection by its name and by its former one', () => {
    const filter = { reason: 'scadavalue_missing' };
    expect(filterTold('--rejected', 'scadavalue_missing')).toMatchObject(filter);
    expect(filterTold('--refused', 'scadavalue_missing')).toEqual(
      filterTold('--rejected', 'scadavalue_missing'),
    );
  });
});
