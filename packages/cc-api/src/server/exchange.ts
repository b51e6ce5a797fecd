/** A request as the handlers need it, whatever framework received it. */
export interface CcRequest {
  method: string;
  /** As sent, not decoded: a percent-encoded slash stays part of its segment. */
  path: string;
  /** What follows the `?`, as sent; empty where there is none. */
  query: string;
  /** A header's value by its lower-case name; several of one name joined by `, `. `host` is where the client believes to be. */
  header(name: string): string | undefined;
  /**
   * Reads the body; asked at most once, and not before the credential was checked.
   *
   * @param maxBytes the most that may be read.
   * @returns undefined where the body is longer; rejects where it breaks off.
   */
  body(maxBytes: number): Promise<Uint8Array | undefined>;
  /** The peer's address without port, for the allow-list. */
  remoteAddress: string;
  isTls: boolean;
}

/** What goes back. */
export interface CcResponse {
  status: number;
  /** By lower-case name. A list is sent as that many headers. */
  headers: Record<string, string | readonly string[]>;
  /** Bytes go out as they are, a text in UTF-8. A text in parts is read as fast as the client takes it; where it rejects, the answer breaks off. */
  body: string | Uint8Array | AsyncIterable<string>;
}

export function isInParts(body: CcResponse['body']): body is AsyncIterable<string> {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}
