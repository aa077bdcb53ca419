import { sha256Hex } from '../../../clients/s3/checksums';
import type { StreamContract } from '../../../core/contract/contract';
import { contractsIn } from '../../../pipelines/contractFiles';
import { filesFolderOf } from '../../../pipelines/registry';

/**
 * Names the topics, columns and types that a pipeline's rows are staged with today. Rows staged by another
 * contract are no use to a run: it rejects an object whose columns differ from the contract.
 */
export function stagedForm(pipeline: string): string {
  return formOf(contractsIn(filesFolderOf(pipeline)));
}

export function formOf(contracts: readonly StreamContract[]): string {
  const streams = contracts.map(({ topic, sourceTables, columns }) => [
    topic,
    ...sourceTables,
    ...columns.map(({ name, sourceColumn, physicalType }) => `${name} ${sourceColumn} ${physicalType}`),
  ]);
  return sha256Hex(Buffer.from(JSON.stringify(streams))).slice(0, 16);
}
