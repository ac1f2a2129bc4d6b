// The documentation as the service shows it: every page, every link, and what a browser makes of them.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { renderMarkdown } from '../../../src/report/docs/render-markdown.ts';
import { CONTENT_SECURITY_POLICY } from '../../../src/report/shell/security.ts';
import { allPages } from '../../support/page-claims.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

suite('the documentation as it is served', () => {
  let api: TestService;
  before(async () => {
    api = await startTestService(OPERATOR);
  });
  after(() => api.close());

  const get = async (path: string) => {
    const answer = await fetch(api.url + path);
    return { answer, text: await answer.text() };
  };

  test('without a token every page is found from /docs, and no link of any leads nowhere', async () => {
    const seen = new Map<string, string>();
    const wanted = ['/docs'];
    const links: { from: string; path: string; anchor: string | undefined }[] = [];
    for (const path of wanted) {
      const { answer, text } = await get(path);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get('content-security-policy'), CONTENT_SECURITY_POLICY);
      seen.set(path, text);
      for (const [, href = ''] of text.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
        if (href.startsWith('http')) continue;
        const [to = '', anchor] = href.split('#');
        const target = to === '' ? path : to;
        links.push({ from: path, path: target, anchor });
        if (target.startsWith('/docs') && !wanted.includes(target)) wanted.push(target);
      }
    }
    const written = allPages().filter((page) => page !== 'README.md');
    for (const page of written) assert.ok(seen.has(`/docs/${page.slice(0, -3)}`), page);
    assert.ok(seen.size > written.length + 200, String(seen.size));
    const known = [
      '/',
      '/heatmap',
      '/configs',
      '/deliveries',
      '/login',
      '/openapi.yaml',
      '/openapi.json',
    ];
    assert.deepEqual(
      links.filter(({ path, anchor }) => {
        if (anchor === 'main') return false;
        const page = seen.get(path);
        if (page === undefined) return !known.includes(path);
        return anchor !== undefined && !page.includes(` id="${anchor}"`);
      }),
      [],
    );
  });

  test('the API has every operation and every schema of the contract', async () => {
    const { text: yaml } = await get('/openapi.yaml');
    const { answer, text: json } = await get('/openapi.json');
    assert.equal(answer.status, 200);
    const contract = parse(yaml) as {
      paths: Record<string, Record<string, { tags: string[] }>>;
      components: { schemas: object };
    };
    assert.deepEqual(JSON.parse(json), contract);
    const { text: index } = await get('/docs/api');
    const pages = new Map<string, string>();
    for (const [path, methods] of Object.entries(contract.paths)) {
      for (const [method, { tags }] of Object.entries(methods)) {
        const shown = `${method.toUpperCase()} ${path}`;
        assert.ok(index.includes(`<code>${shown}</code>`), shown);
        const tag = tags[0]!;
        if (!pages.has(tag)) pages.set(tag, (await get(`/docs/api/${tag}`)).text);
        assert.ok(pages.get(tag)!.includes(`<code>${shown}\n`), shown);
      }
    }
    for (const name of Object.keys(contract.components.schemas)) {
      assert.ok(index.includes(`href="/docs/api/${name}"`), name);
    }
  });

  test('what is not there is answered with where to look', async () => {
    for (const path of ['/docs/nonsense', '/docs/how-to/nonsense', '/docs/api/constructor']) {
      const { answer, text } = await get(path);
      assert.equal(answer.status, 404, path);
      assert.match(text, /\/docs lists them all/);
    }
    assert.equal((await get('/docs/how-to/..%2f..%2fpackage.json')).answer.status, 404);
  });

  test('HTML in Markdown is shown as text, and links that run something are none', () => {
    const text =
      '# A <b>\n\n<script>x</script> [a](javascript:alert(1)) ![i](data:image/svg+xml,x)';
    const markup = renderMarkdown(text, (link) => link).body.toString();
    assert.doesNotMatch(markup, /<(script|b|a|img)\b/);
  });
});
