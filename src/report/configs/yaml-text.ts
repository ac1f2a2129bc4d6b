import { stringify } from 'yaml';

/** A stored config as people write it; a long query stays on its line. */
export function yamlText(document: unknown): string {
  return stringify(document, { lineWidth: 0 });
}
