import { readdir, readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../../errors.ts';

/** Where the folders of the installation lie, from src/faces/pages/docs/ and from dist/src/faces/pages/docs/. */
const ROOTS = ['../../../../', '../../../../../'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** The folders of `docs/`, in the order in which a reader needs them. */
export const KINDS = {
  tutorial: 'Tutorial',
  'how-to': 'How-to',
  reference: 'Reference',
  explanation: 'Explanation',
  decisions: 'Decisions',
} as const;
export type Kind = keyof typeof KINDS;

export interface Page {
  kind: Kind;
  /** Its file without the ending. */
  name: string;
  title: string;
  text: string;
}
export interface Example {
  /** The folder of `examples/`; `files` for those beside the folders. */
  folder: string;
  files: { name: string; text: string }[];
}
export interface Library {
  /** `docs/README.md`. */
  index: string;
  pages: Page[];
  examples: Example[];
}

/** Everything that is read under `/docs`, as the installation has it; read once. */
export function createLibrary(): () => Promise<Library> {
  let library: Promise<Library> | undefined;
  return () => (library ??= readLibrary());
}

async function readLibrary(): Promise<Library> {
  const root = await findRoot();
  const folders = Object.keys(KINDS) as Kind[];
  const pages = await Promise.all(folders.map((kind) => readPages(join(root, 'docs'), kind)));
  return {
    index: await readFile(join(root, 'docs/README.md'), 'utf8'),
    pages: pages.flat(),
    examples: await readExamples(join(root, 'examples')),
  };
}

async function findRoot(): Promise<string> {
  for (const root of ROOTS) {
    const files = await readdir(join(root, 'docs')).catch((): string[] => []);
    if (files.includes('README.md')) return root;
  }
  throw new Fault(
    'not-found',
    'this installation has no documentation: its folder docs/ is missing',
  );
}

async function readPages(docs: string, kind: Kind): Promise<Page[]> {
  const files = (await readdir(join(docs, kind))).filter((file) => file.endsWith('.md')).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(docs, kind, file), 'utf8');
      const title = (/^# (.*)$/m.exec(text)?.[1] ?? file).replaceAll('`', '');
      return { kind, name: file.slice(0, -'.md'.length), title, text };
    }),
  );
}

/** Files that a reader copies from; programs, such as the demo, are none. */
const COPIED = /(\.(ya?ml|json|sh|mjs|csv)|Jenkinsfile)$/;

async function readExamples(root: string): Promise<Example[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && COPIED.test(entry.name));
  const read = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const folder = normalize(parentPath).slice(normalize(root).length + 1);
      return {
        folder: folder === '' ? 'files' : folder.replaceAll('/', '-'),
        name,
        text: await readFile(join(parentPath, name), 'utf8'),
      };
    }),
  );
  return [...Map.groupBy(read, ({ folder }) => folder)]
    .map(([folder, group]) => ({
      folder,
      files: group
        .map(({ name, text }) => ({ name, text }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}
