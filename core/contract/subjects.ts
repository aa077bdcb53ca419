import type { StreamContract } from './contract';
import { jsonSchemaOf } from './jsonSchema';
import { protobufOf } from './protobuf';

/** A schema under the name by which a registry keeps its versions. */
export interface Subject {
  name: string;
  type: 'JSON' | 'PROTOBUF';
  schema: string;
}

/** Of the JSON messages of a topic: what their schema ids name. */
export function jsonSubject(topic: string): string {
  return `${topic}-value`;
}

/** The same contract always gives the same text: a registry knows a schema by it. */
export function jsonSubjectOf(contract: StreamContract): Subject {
  return {
    name: jsonSubject(contract.topic),
    type: 'JSON',
    schema: JSON.stringify(jsonSchemaOf(contract), null, 1),
  };
}

/** Both forms of a stream's messages. */
export function subjectsOf(contract: StreamContract): Subject[] {
  const protobuf: Subject = {
    name: `${jsonSubject(contract.topic)}-protobuf`,
    type: 'PROTOBUF',
    schema: protobufOf(contract),
  };
  return [jsonSubjectOf(contract), protobuf];
}
