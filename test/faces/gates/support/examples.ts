import { readFileSync } from 'node:fs';

/** Address of the service in the examples. */
export const EXAMPLE_URL = 'http://canary-verdict.canary:8090';

/** An example as it stands, but for the address of the service. */
export function readExample(path: string, url: string): string {
  const text = readFileSync(new URL(`../../../../examples/${path}`, import.meta.url), 'utf8');
  return text.replaceAll(EXAMPLE_URL, url);
}
