export {
  loginFailure,
  type LoginMockOptions,
  loginNonJson,
  loginSlow,
  loginSuccess,
  loginTruncated,
  loginUnexpectedStatus,
} from './msw/login-handlers.js';
export { type DocumentedFailure, type DocumentedFailureCode, documentedFailures } from './wire/documented-failures.js';
