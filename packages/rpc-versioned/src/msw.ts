export {
  daemonPing,
  daemonPingRefused,
  eventsAccepted,
  eventsRefused,
  eventsUnauthorized,
  eventsUnexpectedStatus,
  type FluxMockOptions,
  upgradeRefused,
} from './msw/handlers.js';
