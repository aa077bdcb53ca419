import { CurrentsError } from '../../../core/errors';

/** Why a file was not trusted; the dead letter of the whole file carries it. */
export type UntrustedReason =
  | 'not_a_zip'
  | 'zip_corrupt'
  | 'zip_bomb'
  | 'zip_encrypted'
  | 'zip_member_name'
  | 'zip_member_count'
  | 'file_empty'
  | 'file_encoding'
  | 'file_header'
  | 'file_truncated'
  | 'file_structure'
  | 'file_limits'
  | 'report_mismatch'
  | 'unknown_report';

const HINTS: Record<UntrustedReason, string> = {
  not_a_zip:
    'The site probably answered with a page instead of the file. Open the landed object; fetch the file again.',
  zip_corrupt:
    'Usually a download cut short. Fetch the file again; a damaged original is republished under another id.',
  zip_bomb:
    'Look at the landed object by hand; no report of the market unpacks to so much. Raise ' +
    'the limits only for a known file.',
  zip_encrypted: 'The market operator does not encrypt public reports. Look at where the file came from.',
  zip_member_name: 'A report holds one plain CSV name. Look at where the file came from.',
  zip_member_count: 'A report holds exactly one CSV. A zip of zips is an archive: use a backfill for it.',
  file_empty: 'Fetch the file again; an original without content is republished under another id.',
  file_encoding: 'Reports are ASCII or UTF-8. Fetch the file again, unconverted.',
  file_header: 'A report begins with a C row. Open the landed object: it may be a page or another format.',
  file_truncated: 'Usually a download cut short. Fetch the file again; it is read as a new version.',
  file_structure:
    'Open the landed object at the line named; if the format has changed, the parser must learn it first.',
  file_limits: 'Look at the landed object by hand; raise the limits only for a known file.',
  report_mismatch: 'The file holds another report than its name says. Look at where the file came from.',
  unknown_report:
    'Only reports listed in pipelines/nem/source/reportFiles.ts are read; add it there to use it.',
};

/**
 * A file is trusted whole or not at all; this one is not. It is quarantined whole and never retried
 * unchanged.
 */
export class UntrustedFileError extends CurrentsError {
  readonly reason: UntrustedReason;

  /** @param where file name, with the line where one is known. */
  constructor(
    reason: UntrustedReason,
    where: string,
    expected: string,
    found: string,
    details: Record<string, unknown> = {},
  ) {
    super(`${where}: expected ${expected}, found ${found}`, {
      code: 'UNTRUSTED_FILE',
      kind: 'data',
      retryable: false,
      hint: HINTS[reason],
      details: { reason, ...details },
    });
    this.reason = reason;
  }
}

/**
 * The site answered with something that is not a directory listing: an error page, a login page, a bot wall.
 */
export class NotAListingError extends CurrentsError {
  constructor(url: string, found: string) {
    super(`${url}: expected a directory listing, found ${found}`, {
      code: 'NOT_A_LISTING',
      kind: 'upstream',
      retryable: true,
      hint:
        'Open the address in a browser; check API_URL. The site answers with a page of its ' +
        'own when it is down or asked too often.',
    });
  }
}
