import type { Snippet } from '../support/snippets.ts';

interface Owner {
  test: string;
  owns(snippet: Snippet): boolean;
}

/** Tests that run the snippets of one page in a way of its own; each names the page. */
export const OWNERS: readonly Owner[] = [
  {
    test: 'test/findings/docs.test.ts',
    owns: ({ page, language }) => page === 'explanation/data.md' && /^(json|text)$/.test(language),
  },
  {
    test: 'test/sources/documented.test.ts',
    owns: ({ page, language }) => page === 'reference/sources.md' && language === 'yaml',
  },
  {
    test: 'test/cli/docs.test.ts',
    owns: ({ page, info }) =>
      /^reference\/(cli|configs)\.md$/.test(page) && /^(file|code)=/.test(info),
  },
  {
    test: 'test/cli/init/first-hour.test.ts',
    owns: ({ page, language }) => page === 'tutorial/ten-minutes.md' && language === 'sh',
  },
];
