import type { Contract } from '../../../contract/contract.ts';
import { Fault } from '../../../errors.ts';
import type { Handlers } from '../../../http/operation.ts';
import { renderDocsPage, type Shelf } from '../../../report/docs/docs-page.ts';
import { renderViewerPage } from '../../../report/docs/viewer-page.ts';
import { page } from '../page.ts';
import { addressOf } from './address-of.ts';
import type { ViewerAsset } from './viewer.ts';
import { createLibrary, KINDS, type Example, type Kind, type Library } from './library.ts';

export interface DocsParts {
  contract: Pick<Contract, 'reference'>;
}

/** A text to show, and the file whose links it has. */
interface Text {
  file: string;
  markdown: string;
}

/** The documentation of this version: the pages of `docs/`, the examples, and the API by the contract. */
export function docsHandlers(
  { contract }: DocsParts,
  viewerOf: () => Promise<ViewerAsset>,
): Handlers {
  const libraryOf = createLibrary();
  const { reference } = contract;

  const show = async (href: string, find: (library: Library) => Text | undefined) => {
    const library = await libraryOf();
    const text = find(library);
    if (text === undefined) {
      throw new Fault('not-found', `there is no page ${href}: /docs lists them all`);
    }
    // loaded when somebody reads: a start would pay for it each time
    const { renderMarkdown } = await import('../../../report/docs/render-markdown.ts');
    const body = renderMarkdown(text.markdown, (link) => addressOf(text.file, link));
    // decisions are many, and for few: they are listed only among themselves
    const shelves = shelvesOf(library, reference.tags).map((shelf) =>
      shelf.href === '/docs/decisions' && !href.startsWith(shelf.href)
        ? { ...shelf, pages: [] }
        : shelf,
    );
    return page(200, renderDocsPage(body, { href, shelves }));
  };

  return {
    getDocs: () => show('/docs', ({ index }) => ({ file: 'docs/README.md', markdown: index })),
    getDocsOfKind({ parameters }) {
      const kind = parameters['kind'] as string;
      return show(`/docs/${kind}`, (library) => {
        if (kind === 'api') return { file: 'docs/api.md', markdown: reference.index() };
        const shelf = shelvesOf(library, reference.tags).find(
          ({ href }) => href === `/docs/${kind}`,
        );
        return shelf && { file: 'docs/README.md', markdown: listOf(shelf) };
      });
    },
    async getDocsPage({ parameters }) {
      const { kind, page: name } = parameters as { kind: string; page: string };
      const tag = reference.tags.find((one) => name === `viewer-${one}`);
      if (kind === 'api' && (name === 'viewer' || tag !== undefined)) {
        const { path } = await viewerOf();
        const shown = {
          script: `../..${path}`,
          contract: '../../openapi.json',
          tags: reference.tags,
        };
        return page(200, renderViewerPage({ ...shown, ...(tag && { tag }) }), 'viewer');
      }
      return show(`/docs/${kind}/${name}`, (library) => textOf(library, { kind, name }));
    },
  };

  function textOf(library: Library, { kind, name }: { kind: string; name: string }) {
    if (kind === 'api') {
      const markdown = reference.page(name);
      return markdown === undefined ? undefined : { file: `docs/api/${name}.md`, markdown };
    }
    if (kind === 'examples') {
      const example = library.examples.find(({ folder }) => folder === name);
      return example && { file: 'examples', markdown: textOfExample(example) };
    }
    const found = library.pages.find((one) => one.kind === kind && one.name === name);
    return found && { file: `docs/${kind}/${name}.md`, markdown: found.text };
  }
}

function shelvesOf({ pages, examples }: Library, tags: readonly string[]): Shelf[] {
  const written = (Object.keys(KINDS) as Kind[]).map((kind) => ({
    title: KINDS[kind],
    href: `/docs/${kind}`,
    pages: pages
      .filter((one) => one.kind === kind)
      .map(({ name, title }) => ({ title, href: `/docs/${kind}/${name}` })),
  }));
  const ofNames = (title: string, kind: string, names: readonly string[]) => ({
    title,
    href: `/docs/${kind}`,
    pages: names.map((name) => ({ title: name, href: `/docs/${kind}/${name}` })),
  });
  const folders = examples.map(({ folder }) => folder);
  const decisions = written.pop()!;
  return [
    ...written,
    ofNames('API', 'api', tags),
    ofNames('Examples', 'examples', folders),
    decisions,
  ];
}

function listOf({ title, pages }: Shelf): string {
  return `# ${title}\n\n${pages.map((one) => `- [${one.title}](${one.href})`).join('\n')}\n`;
}

function textOfExample({ folder, files }: Example): string {
  const sections = files.map(({ name, text }) => `## ${name}\n\n\`\`\`\`\n${text}\`\`\`\`\n`);
  return `# Examples: ${folder}\n\n${sections.join('\n')}`;
}
