import type { StreamContract } from '../contract/contract';
import type { Suite } from './suite';

/** In a suite's `except`: the further columns of the source that the contract of the suite's table names. */
const CARRIED_COLUMNS = 'carriedColumns';

/** The suite with those columns; a table without a contract keeps the word, which is no list. */
export function withCarriedColumns(suite: Suite, contracts: readonly StreamContract[]): Suite {
  const carried = contracts.find(({ bronze }) => bronze === suite.meta?.currents?.table)?.carriedColumns;
  if (!carried) return suite;
  return {
    ...suite,
    expectations: suite.expectations.map((each) =>
      each.kwargs.except === CARRIED_COLUMNS
        ? { ...each, kwargs: { ...each.kwargs, except: [...carried] } }
        : each,
    ),
  };
}
