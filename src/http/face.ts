import type { Dialect } from './dialect.ts';
import type { Handlers } from './operation.ts';

/** One family of clients with its own manners. */
export interface Face {
  /** By operation id of the contract. */
  handlers: Handlers;
  /** How its requests are read and answered; problem details and strict reading where absent. */
  dialect?: Dialect;
}
