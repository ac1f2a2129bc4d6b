import type { Field, Fields } from '../trigger.ts';

const SHORT_COMMIT = 12;
/** `v1.42.0` and its like; a branch or a commit is none. */
const RELEASE = /^v?\d+(\.\d+)+/;

/** Without those that are not there. */
export function fieldsOf(found: Record<Field, string | undefined>): Fields {
  return Object.fromEntries(
    Object.entries(found).filter(([, text]) => text !== undefined && text !== ''),
  );
}

/** A tag where it is a release, else the first twelve characters of the commit. */
export function versionOf(ref: string | undefined, commit: string | undefined): string | undefined {
  const tag = ref?.replace(/^refs\/tags\//, '');
  return tag !== undefined && RELEASE.test(tag) ? tag : commit?.slice(0, SHORT_COMMIT);
}

/** Several texts as one id; undefined where one is missing. */
export function idOf(...parts: (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join(' ');
}
