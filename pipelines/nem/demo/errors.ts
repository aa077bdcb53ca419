import { CurrentsError } from '../../../core/errors';

/** The simulated market cannot publish the requested data. */
export class InvalidPlanError extends CurrentsError {
  constructor(name: string, expected: string, found: string) {
    super(`look-alike ${name}: expected ${expected}, found ${found}`, {
      code: 'LOOKALIKE_INVALID_PLAN',
      kind: 'user',
      retryable: false,
      hint: `Correct ${name}; an oddity must hit an interval inside the plan.`,
    });
  }
}

/** A folder named by DATA holds no file the site could publish. */
export class NoPublishedFilesError extends CurrentsError {
  constructor(folder: string) {
    super(
      'DATA: expected published NEMWEB files (PUBLIC_*.zip or CSV files that begin with a C row) ' +
        `in ${folder}, found none`,
      {
        code: 'LOOKALIKE_NO_FILES',
        kind: 'user',
        retryable: false,
        hint: 'Point DATA at a folder with published files, or leave DATA unset to get simulated ones.',
      },
    );
  }
}

/** The look-alike could not listen on its address. */
export class SiteAddressInUseError extends CurrentsError {
  constructor(host: string, port: number, cause: unknown) {
    super(
      `look-alike site: expected a free address, found ${host}:${port} in use`,
      {
        code: 'LOOKALIKE_ADDRESS_IN_USE',
        kind: 'user',
        retryable: false,
        hint: 'Choose another CURRENTS_PORT_BASE, or stop what listens there.',
      },
      cause,
    );
  }
}
