// The documentation as the service shows it: every page, every link, and what a browser makes of them.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { renderMarkdown } from '../../../src/report/docs/render-markdown.ts';
import {
  CONTENT_SECURITY_POLICY,
  VIEWER_SECURITY_POLICY,
} from '../../../src/report/shell/security.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { IS_LONG_FORM } from '../../support/long-form.ts';
import { axeViolations, complaintsOf } from '../../support/page-checks.ts';
import { allPages } from '../../support/page-claims.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

const VIEWER = '/docs/api/viewer';

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
      const policy = path.startsWith(VIEWER) ? VIEWER_SECURITY_POLICY : CONTENT_SECURITY_POLICY;
      assert.equal(answer.headers.get('content-security-policy'), policy);
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

  test('the viewer comes compressed where that is understood, under an address of its content', async () => {
    const { text } = await get(VIEWER);
    const path = /data-script="\.\.\/\.\.(\/assets\/\w{16}\.js)"/.exec(text)![1]!;
    const small = await fetch(api.url + path, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(small.headers.get('content-encoding'), 'gzip');
    assert.ok(Number(small.headers.get('content-length')) < 400_000);
    assert.match(small.headers.get('cache-control')!, /immutable/);
    const whole = await fetch(api.url + path, { headers: { 'accept-encoding': 'gzip;q=0, br' } });
    assert.equal(whole.headers.get('content-encoding'), null);
    const script = await whole.text();
    assert.equal(await small.text(), script);
    assert.doesNotMatch(script, /cdn\.redoc/);
    // it is this page's alone
    assert.ok(!(await get('/docs/api')).text.includes(path));
  });

  test(
    'the viewer draws the contract, asks no other host and keeps the policy',
    { skip: missingChromium },
    async () => {
      const browser = await launchChromium();
      const paths = Object.values(await contractPaths());
      const operations = paths.flatMap((methods) => Object.values(methods));
      for (const { tag, width, colorScheme } of [
        { tag: 'planning', width: 390, colorScheme: 'dark' },
        { tag: 'judgements', width: 1280, colorScheme: 'light' },
        // the whole contract takes long to draw
        ...(IS_LONG_FORM ? [{ tag: undefined, width: 1280, colorScheme: 'dark' } as const] : []),
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
        const complaints = complaintsOf(page);
        const foreign: string[] = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(api.url)) foreign.push(request.url());
        });
        await page.goto(api.url + VIEWER + (tag === undefined ? '' : `-${tag}`));
        await page.waitForSelector('#viewer[data-state=drawn]');
        const wanted = operations
          .filter(({ tags }) => tag === undefined || tags.includes(tag))
          .map(({ operationId }) => operationId);
        const shown = await page.evaluate<string[]>(
          `[...document.querySelectorAll('.api-content [id*="operation/"]')].map(({ id }) => id.split('operation/')[1])`,
        );
        assert.deepEqual([...new Set(shown)].sort(), wanted.sort());
        assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
        // its order of headings is the viewer's own
        const found = tag === undefined ? [] : await axeViolations(page);
        assert.deepEqual(
          found.filter((text) => !text.startsWith('heading-order')),
          [],
        );
        assert.deepEqual([...complaints, ...foreign], []);
        await page.close();
      }
      await browser.close();
    },
  );

  interface ShownOperation {
    operationId: string;
    tags: string[];
  }
  async function contractPaths(): Promise<Record<string, Record<string, ShownOperation>>> {
    const { text } = await get('/openapi.json');
    return (JSON.parse(text) as { paths: Record<string, Record<string, ShownOperation>> }).paths;
  }
});
