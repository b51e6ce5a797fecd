export { type BcryptOptions, createBcryptHasher } from './server/passwords/bcrypt.js';
