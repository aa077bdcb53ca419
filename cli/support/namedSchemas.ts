import type { KafkaRecord } from '../../clients/kafka/record';
import type { ProducedRecord } from '../../core/producer';
import { SCHEMA_ID_FORMS, withSchemaId, type SchemaIdForm } from '../../core/schemaId';
import { contractsIn } from '../../pipelines/contractFiles';
import { filesFolderOf, pipelineNamed } from '../../pipelines/registry';
import { readConfig } from '../../settings/config';
import { InvalidArgumentError } from './errors';
import { schemaIdsOf } from './producerSchemas';

/**
 * How each record names its schema, by `--schema-id`. Without a registry its messages name none.
 *
 * @throws InvalidArgumentError, SchemaIncompatibleError, SchemaNotRegisteredError,
 * SchemaRegistryUnavailableError
 */
export async function namedSchemas(
  pipeline: string,
  option: string,
): Promise<(record: ProducedRecord) => KafkaRecord> {
  const form = formOf(option);
  if (form === 'none' || !pipelineNamed(pipeline).needsRegistry) return (record) => record;
  const ids = await schemaIdsOf(contractsIn(filesFolderOf(pipeline)), readConfig().schemaRegistryUrl);
  return (record) => {
    const id = ids.get(record.topic);
    return id === undefined ? record : withSchemaId(record, id, form);
  };
}

function formOf(found: string): SchemaIdForm {
  const form = SCHEMA_ID_FORMS.find((known) => known === found);
  if (form === undefined)
    throw new InvalidArgumentError('--schema-id', `one of ${SCHEMA_ID_FORMS.join(', ')}`, found);
  return form;
}
