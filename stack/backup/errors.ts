import { CurrentsError } from '../../core/errors';

/** A backup is missing, incomplete, damaged, or made by programs of another version. */
export class BackupUnusableError extends CurrentsError {
  constructor(where: string, expected: string, found: string) {
    super(`${where}: expected ${expected}, found ${found}`, {
      code: 'BACKUP_UNUSABLE',
      kind: 'user',
      retryable: false,
      hint:
        'Choose another instant with --at, or take the programs that wrote it: the release ' +
        "of Currents that made the backup; Temporal's by CURRENTS_TEMPORAL_CLI.",
    });
  }
}

/** The data of the instant could not be copied within the longest stop of the writers. */
export class BackupTooSlowError extends CurrentsError {
  constructor(step: string, limit_ms: number) {
    super(
      `backup: expected to copy what belongs to the instant within ${limit_ms / 1000} s, ` +
        `found it at ${step} by then`,
      {
        code: 'BACKUP_TOO_SLOW',
        kind: 'user',
        retryable: true,
        hint:
          'Back up onto a faster disk, or with the writers down: currents down, currents up ' +
          '--only s3, currents backup <folder>',
      },
    );
  }
}

/** A writing process did not stop on the signal; nothing was copied. */
export class BackupNotFrozenError extends CurrentsError {
  constructor(running: number[], within_ms: number) {
    super(
      `backup: expected every writer to stand still within ${within_ms / 1000} s, found ` +
        `running ${running.slice(0, 5).join(', ')} (${running.length} processes)`,
      {
        code: 'BACKUP_NOT_FROZEN',
        kind: 'user',
        retryable: true,
        details: { running: running.slice(0, 20) },
        hint:
          'Usually they wait for a disk: see what keeps it busy and back up again, or with ' +
          'the writers down: currents down, currents up --only s3, currents backup <folder>',
      },
    );
  }
}

/** Another backup into the same folder is running; nothing was copied. */
export class BackupRunningError extends CurrentsError {
  constructor(lockFile: string, holder: string) {
    super(`${lockFile}: expected no other backup into this folder, found one by ${holder}`, {
      code: 'BACKUP_RUNNING',
      kind: 'user',
      retryable: true,
      hint: `Wait until it has ended, or back up into another folder. If it does not run any more: rm ${lockFile}*`,
    });
  }
}

/** Copies of objects were missing or truncated before the backup was complete. */
export class BackupIncompleteError extends CurrentsError {
  constructor(folder: string, missing: string[]) {
    super(
      `${folder}: expected a whole copy of every object, found none of ` +
        `${missing.slice(0, 3).join(', ')} (${missing.length} in all)`,
      {
        code: 'BACKUP_INCOMPLETE',
        kind: 'user',
        retryable: true,
        details: { missing: missing.slice(0, 20) },
        hint: 'Something else removes files from the folder. Make the backup again; what is there is kept.',
      },
    );
  }
}

/** Objects of the instant were removed, or replaced, before they could be copied. */
export class BackupObjectsGoneError extends CurrentsError {
  constructor(gone: string[]) {
    super(
      'backup: expected every object of the instant to be there until it was copied, found ' +
        `gone ${gone.slice(0, 3).join(', ')} (${gone.length} in all)`,
      {
        code: 'BACKUP_OBJECTS_GONE',
        kind: 'user',
        retryable: true,
        details: { gone: gone.slice(0, 20) },
        hint:
          'Back up once more, not while upkeep removes files (currents upkeep --remove, or ' +
          'UPKEEP_REMOVE). What was copied is kept.',
      },
    );
  }
}

/** A restore needs a home folder without data. */
export class HomeNotEmptyError extends CurrentsError {
  constructor(home: string, found: readonly string[]) {
    super(`${home}: expected no data to restore over, found ${found.join(', ')}`, {
      code: 'HOME_NOT_EMPTY',
      kind: 'user',
      retryable: false,
      hint: 'Restore into another CURRENTS_HOME, or delete this one first: currents down --volumes',
    });
  }
}

/** A restore would write old objects over those of a store that other stacks may use. */
export class RestoreElsewhereError extends CurrentsError {
  constructor(own: string, found: string) {
    super(`S3_ENDPOINT: expected the stack's own ${own} to restore into, found ${found}`, {
      code: 'RESTORE_S3_ELSEWHERE',
      kind: 'user',
      retryable: false,
      hint:
        'Restore with S3_ENDPOINT unset: env -u S3_ENDPOINT currents restore <folder>. A ' +
        'store elsewhere is brought back with its own tools.',
    });
  }
}
