import { withSchemaId } from '../../../core/schemaId';

const message = { topic: 't', value: '{"a":"ü"}', headers: { origin: 'x' } };

describe('the id of a schema in a message', () => {
  it('is a header of decimal text', () => {
    expect(withSchemaId(message, 300, 'header')).toEqual({
      ...message,
      headers: { origin: 'x', 'currents.schema_id': '300' },
    });
  });

  it('is a zero and four bytes before the value', () => {
    const { value, headers } = withSchemaId(message, 300, 'prefix');
    expect([...Buffer.from(value).subarray(0, 5)]).toEqual([0, 0, 0, 1, 44]);
    expect(Buffer.from(value).subarray(5).toString()).toBe(message.value);
    expect(headers).toEqual(message.headers);
  });

  it('may be left out', () => {
    expect(withSchemaId(message, 300, 'none')).toBe(message);
  });
});
