/** What has become of the events since the server started. */
export interface IntakeCounts {
  /** Events that changed something. */
  applied: number;
  /** Events that had been applied before. */
  duplicate: number;
  /** Times that an event came before what it builds on. */
  early: number;
  /** Events that are wrong. */
  refused: number;
  /** Times that the store failed over an event; it comes again. */
  failed: number;
  /** Lines that cannot be read. */
  unreadable: number;
  /** Messages that waited as long as they may for what they build on. */
  givenUp: number;
  /** Times that a stream was found to have lost its messages. */
  lostStreams: number;
}

export const noCounts = (): IntakeCounts => ({
  applied: 0,
  duplicate: 0,
  early: 0,
  refused: 0,
  failed: 0,
  unreadable: 0,
  givenUp: 0,
  lostStreams: 0,
});
