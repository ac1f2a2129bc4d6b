// Properties are tried on new values at every run, except in CI: there a red run must be about the change.
import fc from 'fast-check';

if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: 20_261_121 });
