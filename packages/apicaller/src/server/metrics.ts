/** A call that was answered. */
export interface AnsweredCall {
  facade: string;
  version: number;
  method: string;
  /** Undefined for success; for a failure the code that was sent, empty where there was none. */
  errorCode: string | undefined;
  durationMs: number;
}

/** Told what goes on in a server. What these throw is not caught: they must not. */
export interface ServerMetrics {
  connectionOpened?(): void;
  connectionEnded?(): void;
  /** Of calls that found their method; those that did not are answered without. */
  callAnswered?(call: AnsweredCall): void;
}
