import { opsNamespace, opsTable, OPS_TABLES } from '../../../core/opsTables';
import { pipelineNamed, pipelineNames } from '../../../pipelines/registry';

describe('ops tables', () => {
  it("are in the pipeline's own namespace", () => {
    expect(opsNamespace('iot')).toBe('iot_ops');
    expect(opsTable('iot', 'ingest_ledger')).toBe('iot_ops.ingest_ledger');
  });

  it('of a pipeline are all its outputs that are named so, but for decisions, which no run writes', () => {
    for (const pipeline of pipelineNames()) {
      const named = pipelineNamed(pipeline).outputs.filter((output) => /(^|_)ops\./.test(output));
      const own = OPS_TABLES.filter((table) => table !== 'dead_letter_events');
      expect([...named].sort()).toEqual(own.map((table) => opsTable(pipeline, table)).sort());
    }
  });
});
