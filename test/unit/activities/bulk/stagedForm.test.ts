import { formOf, stagedForm } from '../../../../activities/bulk/support/stagedForm';
import type { StreamColumn } from '../../../../core/contract/contract';
import { contractsIn } from '../../../../pipelines/contractFiles';
import { filesFolderOf } from '../../../../pipelines/registry';

describe('the form of staged rows', () => {
  const contracts = contractsIn(filesFolderOf('nem'));
  const withColumns = (change: (column: StreamColumn) => Partial<StreamColumn>) =>
    contracts.map((contract) => ({
      ...contract,
      columns: contract.columns.map((column) => ({ ...column, ...change(column) })),
    }));

  it('is the same for the same columns, whatever else a contract says', () => {
    expect(contracts.length).toBeGreaterThan(0);
    expect(stagedForm('nem')).toBe(formOf(contracts));
    expect(formOf(withColumns(() => ({ description: 'in other words' })))).toBe(formOf(contracts));
  });

  it('changes with a stream, a column, its source and its type', () => {
    const forms = [
      contracts,
      contracts.slice(1),
      contracts.map((contract) => ({ ...contract, columns: contract.columns.slice(1) })),
      withColumns(({ sourceColumn }) => ({ sourceColumn: `${sourceColumn}_2` })),
      withColumns(() => ({ physicalType: 'string' })),
    ].map(formOf);
    expect(new Set(forms).size).toBe(forms.length);
  });
});
