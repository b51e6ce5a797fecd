/** An error with the names and numbers that the clients' errors have. */
export class FakeNatsError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}

export const notFoundError = (what: 'stream' | 'consumer'): FakeNatsError =>
  new FakeNatsError('JetStreamApiError', `${what} not found`, what === 'stream' ? 10_059 : 10_014);

export const disconnectedError = (): FakeNatsError => new FakeNatsError('RequestError', 'connection disconnected');

export const closedError = (): FakeNatsError => new FakeNatsError('ClosedConnectionError', 'closed connection');

/** What the server says of a subject that it does not allow. */
export class FakePermissionError extends FakeNatsError {
  constructor(
    readonly operation: 'publish' | 'subscription',
    readonly subject: string,
  ) {
    super('PermissionViolationError', `Permissions Violation for ${operation} to "${subject}"`);
  }
}
