/** What became of a parcel that was sent. */
export type Outcome =
  /** It is there, now or from an earlier try whose answer was lost. */
  | { kind: 'done'; type?: 'start_job' | 'stop_job' | 'nodestate' }
  /** It will never be taken as it is. */
  | { kind: 'rejected'; reason: string }
  /** Not this time; `isOfItsKind` where other kinds of entries may still get through. */
  | { kind: 'postponed'; error: unknown; retryAfterMs?: number | undefined; isOfItsKind?: boolean };
