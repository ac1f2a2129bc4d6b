import type pgTypes from 'pg';
import { Fault } from '../../errors.ts';

export type Pg = typeof pgTypes;

/** The driver is optional: who keeps the embedded store installs nothing for another one. */
export async function loadPg(): Promise<Pg> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw new Fault(
      'bad-configuration',
      'configuration key "database.url" names a PostgreSQL, but the package "pg" is not installed: install it beside this service with "npm install pg"',
      { subject: 'configuration key "database.url"', cause },
    );
  }
}
