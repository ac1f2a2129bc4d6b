import type { Format } from './format.ts';

/** The event itself, as docs/reference/webhooks.md tells it: at most 20 kB, as Standard Webhooks recommends. */
export const standard: Format = {
  contentType: 'application/json',
  write: (event, { url }) => ({ url, body: JSON.stringify(event) }),
};
