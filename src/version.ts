import { readFileSync } from 'node:fs';

const PACKAGE_FILES = ['../package.json', '../../package.json']; // from src/ and from dist/src/

/** The version of this installation. */
export function readVersion(): string {
  for (const file of PACKAGE_FILES) {
    try {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('package.json is missing from this installation');
}
