import type { Schema } from './schema';

/**
 * Every sealed column of the database: what finds its row, and the place that its value is bound to. Repositories take the
 * places from here, so that sealing, opening and sealing anew (db/resealing.ts) cannot drift apart.
 */
export const sealedPlace = {
  settings: (connectionId: string) => `connections/${connectionId}/settings`,
  secrets: (connectionId: string) => `connections/${connectionId}/secrets`,
  connectionTrouble: (connectionId: string) => `connections/${connectionId}/trouble`,
  grant: (connectionId: string) => `grants/${connectionId}`,
  deliveryBody: (deliveryId: string) => `deliveries/${deliveryId}/body`,
  deliveryRequest: (deliveryId: string) => `deliveries/${deliveryId}/request`,
  assessment: (assessmentId: string, part: AssessmentPart) => `assessments/${assessmentId}/${part}`,
  assessmentEvent: (assessmentId: string, seq: number) => `assessments/${assessmentId}/event-${seq}`,
  audit: (action: string, target: string) => `audit/${action}/${target}`,
  connectLink: (linkId: string) => `connect_links/${linkId}/given`,
  fileName: (fileId: string) => `files/${fileId}/name`,
  filePiece: (fileId: string, number: number) => `files/${fileId}/${number}`,
  hubSecret: (name: string) => `hub_secrets/${name}`,
  erasureSubject: (erasureId: string) => `erasures/${erasureId}/subject`,
} as const;

export type AssessmentPart =
  'candidate' | 'assessment-link' | 'report-link' | 'context' | 'last-error' | 'traces' | 'trouble';

/** One table, and how its sealed columns are bound to their rows. */
export interface SealedTable {
  table: keyof Schema;
  /** Together they name one row, and rows are gone through in their order. With what PostgreSQL calls their types. */
  key: Readonly<Record<string, 'text' | 'integer' | 'bigint'>>;
  /** Further columns that places are made of. */
  also: readonly string[];
  /** Rows that are read and sealed anew at once: a few MB at most. */
  atOnce: number;
  /** By column. `row`: {@link key} and {@link also}, as text. */
  places: Readonly<Record<string, (row: Readonly<Record<string, string>>) => string>>;
}

const text = (row: Readonly<Record<string, string>>, column: string): string => {
  const value = row[column];
  if (value === undefined) throw new Error(`${column} was not read`);
  return value;
};

/** Of a table whose rows have an id, and whose places need nothing else. */
const byId = (
  table: keyof Schema,
  atOnce: number,
  places: Readonly<Record<string, (id: string) => string>>,
): SealedTable => ({
  table,
  key: { id: 'text' },
  also: [],
  atOnce,
  places: Object.fromEntries(
    Object.entries(places).map(([column, place]) => [column, (row) => place(text(row, 'id'))]),
  ),
});

const ofAssessment = (part: AssessmentPart) => (id: string) => sealedPlace.assessment(id, part);

export const sealedTables: readonly SealedTable[] = [
  byId('connections', 50, {
    settings_sealed: sealedPlace.settings,
    secrets_sealed: sealedPlace.secrets,
    trouble_sealed: sealedPlace.connectionTrouble,
  }),
  {
    table: 'grants',
    key: { connection_id: 'text' },
    also: [],
    atOnce: 50,
    places: { grant_sealed: (row) => sealedPlace.grant(text(row, 'connection_id')) },
  },
  byId('connect_links', 50, { given_sealed: sealedPlace.connectLink }),
  byId('assessments', 100, {
    candidate_sealed: ofAssessment('candidate'),
    assessment_link_sealed: ofAssessment('assessment-link'),
    report_link_sealed: ofAssessment('report-link'),
    context_sealed: ofAssessment('context'),
    last_error_sealed: ofAssessment('last-error'),
    traces_sealed: ofAssessment('traces'),
    trouble_sealed: ofAssessment('trouble'),
  }),
  {
    table: 'assessment_events',
    key: { assessment_id: 'text', seq: 'integer', run_id: 'text' },
    also: [],
    atOnce: 500,
    places: {
      detail_sealed: (row) =>
        sealedPlace.assessmentEvent(text(row, 'assessment_id'), Number(text(row, 'seq'))),
    },
  },
  // A body has up to 1 MiB.
  byId('deliveries', 10, {
    body_sealed: sealedPlace.deliveryBody,
    request_sealed: sealedPlace.deliveryRequest,
  }),
  byId('files', 100, { name_sealed: sealedPlace.fileName }),
  {
    table: 'file_pieces',
    key: { file_id: 'text', number: 'integer' },
    also: [],
    // 256 KiB each.
    atOnce: 10,
    places: {
      content_sealed: (row) => sealedPlace.filePiece(text(row, 'file_id'), Number(text(row, 'number'))),
    },
  },
  {
    table: 'hub_secrets',
    key: { name: 'text' },
    also: [],
    atOnce: 50,
    places: { value_sealed: (row) => sealedPlace.hubSecret(text(row, 'name')) },
  },
  byId('erasures', 50, { subject_sealed: sealedPlace.erasureSubject }),
  {
    table: 'audit',
    key: { id: 'bigint' },
    also: ['action', 'target'],
    atOnce: 500,
    places: { detail_sealed: (row) => sealedPlace.audit(text(row, 'action'), text(row, 'target')) },
  },
];
