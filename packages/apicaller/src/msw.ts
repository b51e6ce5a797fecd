export { upgradeDropped, type UpgradeMockOptions, upgradeRefused } from './msw/handlers.js';
