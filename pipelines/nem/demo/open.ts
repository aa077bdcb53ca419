import { archiveFiles } from './archive';
import type { ListingDialect } from './listing';
import { publishPlan, type Plan, type PlanOptions } from './plan';
import { startLookalikeSite, type LookalikeSite } from './site';

export interface OpenLookalikeOptions extends PlanOptions {
  port: number;
  /** A folder of real published files (the DATA setting); then nothing is generated and `plan` is null. */
  data?: string;
  dialect?: ListingDialect;
}

/** Starts the site on loopback with real files when a folder is named, with simulated ones otherwise. */
export async function openLookalike(
  options: OpenLookalikeOptions,
): Promise<{ site: LookalikeSite; plan: Plan | null }> {
  const { port, data, dialect, ...planOptions } = options;
  if (data) return { site: await startLookalikeSite({ port, folder: data, dialect }), plan: null };
  const plan = publishPlan(planOptions);
  return {
    site: await startLookalikeSite({ port, files: [...plan.files, ...archiveFiles(plan)], dialect }),
    plan,
  };
}
