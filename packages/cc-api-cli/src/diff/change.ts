/** Kinds of things in a document. */
export type Subject = 'operation' | 'parameter' | 'body' | 'response' | 'schema' | 'property' | 'media type';

/** One difference between two documents, as a client of the first meets it at a server of the second. */
export interface Change {
  /** What happened. */
  kind: 'added' | 'changed' | 'removed';
  /** What it happened to. */
  subject: Subject;
  /** Where: `GET /api/jobs/ · query page`, `schema.Job.duration`. */
  where: string;
  /** What is different, in words. */
  what: string;
  /** Whether a client made for the first document may fail with the second. */
  breaking: boolean;
  /** JSON pointer: into the first document for what was removed, else into the second. */
  pointer: string;
}

/** What changed between two documents. */
export interface Comparison {
  /** Breaking ones first, then by place. */
  changes: Change[];
  /** How many of them break clients. */
  breaking: number;
}
