import type { Pipeline } from '../../core/pipeline';
import type { ServiceName } from './definition';

/** Services that none of the pipelines needs. */
export function unneededServices(pipelines: readonly Pick<Pipeline, 'withoutServices'>[]): ServiceName[] {
  const [first, ...others] = pipelines.map(({ withoutServices = [] }) => withoutServices);
  return (first ?? []).filter((name) => others.every((without) => without.includes(name)));
}

/** Services that start only where a pipeline asks for them, and none does. */
export function unaskedServices(pipelines: readonly Pick<Pipeline, 'needsRegistry'>[]): ServiceName[] {
  return pipelines.some(({ needsRegistry }) => needsRegistry) ? [] : ['registry'];
}
