import type { Pipeline } from '../../core/pipeline';
import type { Content } from '../../nessie/model';

type Contents = ReadonlyMap<string, Content>;
type ReferenceModel = NonNullable<Pipeline['gold']['ofReference']>[number];

/**
 * Gold models that read reference tables alone. Built again from the same tables by the same project they
 * would be as they are, so a run leaves out those that this process has built so. What they were built from
 * and made is known by the metadata files of the catalog: a load of reference data, another branch, a merge
 * that failed or a rewritten table is another file. One per process: a new worker builds all once.
 */
export class ReferenceModels {
  private readonly built = new Map<string, string>();

  /** Names of the models that would be as they are. @param stamp of the dbt project */
  unchanged(pipeline: Pipeline, contents: Contents, stamp: string): string[] {
    return this.modelsOf(pipeline)
      .filter((model) => {
        const files = filesOf(model, contents, stamp);
        return files !== null && this.built.get(keyOf(pipeline, model)) === files;
      })
      .map(({ model }) => model);
  }

  /** Remembers what a build of all of them has left. */
  keep(pipeline: Pipeline, contents: Contents, stamp: string): void {
    for (const model of this.modelsOf(pipeline)) {
      const files = filesOf(model, contents, stamp);
      if (files !== null) this.built.set(keyOf(pipeline, model), files);
    }
  }

  private modelsOf({ gold }: Pipeline): readonly ReferenceModel[] {
    return gold.ofReference ?? [];
  }
}

function keyOf({ name }: Pipeline, { model }: ReferenceModel): string {
  return `${name}/${model}`;
}

/** Null where a table is missing. */
function filesOf({ table, madeFrom }: ReferenceModel, contents: Contents, stamp: string): string | null {
  const files = [table, ...madeFrom].map((name) => contents.get(name)?.metadataLocation);
  return files.includes(undefined) ? null : [stamp, ...files].join('\n');
}
