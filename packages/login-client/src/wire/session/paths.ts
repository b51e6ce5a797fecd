/** Where an agent asks whether its session token is good, before a session of version 1 and before it takes a new token. */
export const healthPath = '/healthz';

/** Where the two streams of a session of version 1 are posted to. */
export const sessionPath = '/api/v1/session';

/** The gRPC method that carries a session of version 2. */
export const connectPath = '/gpud.session.v2.SessionService/Connect';

/** Where a machine says that it starts or stops. */
export const notificationPath = '/api/v1/notification';

/** In front of `<report id>/report` and `<report id>/failure`. */
export const diagnosticsPath = '/api/v1/diagnostics/';
