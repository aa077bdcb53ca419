import { CurrentsError } from '../../core/errors';

/**
 * A chunk's archive has no receipt, or rows that its receipt names are gone. If the chunk was merged, these
 * rows would be missing without a message.
 */
export class ArchiveNotStagedError extends CurrentsError {
  constructor(archive: string) {
    super(`${archive}: expected its receipt and all staged rows it names in S3, found some of them gone`, {
      code: 'ARCHIVE_NOT_STAGED',
      kind: 'upstream',
      retryable: false,
      details: { archive },
      hint:
        'Find out which process removes objects from the store: upkeep keeps staged rows ' +
        'while a backfill runs. Run the same backfill again: it stages the archive again, ' +
        'from landing.',
    });
  }
}
