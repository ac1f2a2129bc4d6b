// Who may import whom, and how long a file and a function may be: the rules of the house, held by a test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const FILES = globSync('{src,jobs}/**/*.ts').filter((file) => file !== 'src/openapi.d.ts');
const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;

interface Import {
  from: string;
  /** A file of ours, or the name of a package. */
  to: string;
  isPackage: boolean;
  isTypeOnly: boolean;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function importsOf(file: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, isTypeOnly: boolean) => {
    const isPackage = !specifier.startsWith('.');
    const to = isPackage ? specifier : normalize(join(dirname(file), specifier));
    imports.push({ from: file, to, isPackage, isTypeOnly });
  };
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, node.importClause?.isTypeOnly ?? false);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteral(specifier)) add(specifier.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return imports;
}

/** The room a file belongs to: its folder below `src`, a face's own folder, or its own name at the top. */
function roomOf(file: string): string {
  const [top, second = '', third = ''] = file.split('/');
  if (top !== 'src') return top ?? '';
  if (second === 'faces') return `faces/${third}`;
  return second.endsWith('.ts') ? second.slice(0, -3) : second;
}

/** May import these rooms; `types` only as types. Every room may import itself, `errors` and the contract's types. */
const ROOMS: Record<string, { values: string[]; types?: string[] }> = {
  errors: { values: [] },
  closest: { values: [] },
  openapi: { values: [] },
  version: { values: [] },
  'new-id': { values: [] },
  model: { values: [] },
  telemetry: { values: [] },
  tracing: { values: [] },
  stats: { values: [] },
  judges: { values: ['model', 'stats'] },
  findings: { values: ['model', 'stats'] },
  report: { values: ['model'] },
  packs: { values: ['closest', 'model'] },
  analysis: {
    values: ['closest', 'model', 'packs', 'stats', 'judges', 'findings'],
    types: ['sources', 'store', 'queue', 'telemetry'],
  },
  'config-directory': { values: ['contract'], types: ['analysis', 'store', 'telemetry'] },
  outbound: { values: ['model', 'telemetry'] },
  sources: {
    values: ['closest', 'model', 'outbound', 'telemetry'],
    types: ['redis', 'store', 'settings'],
  },
  store: { values: ['model', 'telemetry'] },
  redis: { values: ['telemetry'] },
  queue: { values: ['model', 'redis', 'telemetry'] },
  webhooks: { values: ['model', 'outbound', 'report', 'telemetry'], types: ['redis'] },
  contract: { values: ['closest', 'model', 'openapi.json'] },
  settings: { values: ['closest', 'model'] },
  config: { values: ['settings', 'model'] },
  http: { values: ['contract', 'telemetry'] },
  'faces/native': { values: ['http', 'analysis', 'model', 'packs'], types: ['store'] },
  'faces/gates': { values: ['http', 'analysis', 'model'], types: ['contract', 'store'] },
  'faces/triggers': {
    values: ['http', 'analysis', 'model', 'contract', 'settings', 'webhooks'],
    types: ['config', 'outbound', 'store', 'telemetry'],
  },
  'faces/otlp': { values: ['http', 'analysis', 'model'], types: ['telemetry'] },
  'faces/pages': { values: ['http', 'report'], types: ['analysis', 'contract'] },
  'faces/operator': {
    values: ['http', 'model', 'settings', 'version'],
    types: ['analysis', 'config', 'contract', 'queue', 'sources', 'store', 'telemetry'],
  },
  'faces/kayenta': {
    values: ['http', 'analysis', 'judges', 'model', 'packs', 'contract', 'settings', 'outbound'],
    types: ['config', 'queue', 'sources', 'store', 'telemetry'],
  },
  threads: { values: ['analysis'], types: ['telemetry'] },
  jobs: { values: ['analysis', 'model', 'webhooks'], types: ['queue', 'store', 'telemetry'] },
  cli: {
    values: [
      'model',
      'judges',
      'findings',
      'report',
      'contract',
      'closest',
      'analysis',
      'packs',
      'sources',
      'store',
      'compose',
      'main',
      'config',
      'version',
      'faces/kayenta',
    ],
  },
};
const UNBOUND = ['compose', 'main'];
const EVERYBODYS = ['errors', 'new-id', 'tracing'];

/** Rooms inside a room that know nothing of each other: judges, and vendors of one kind. */
const SIBLINGS = [
  ...globSync('src/judges/*/judge.ts').map((file) => dirname(file)),
  'src/queue/bullmq',
  'src/queue/embedded',
  'src/sources/prometheus',
  'src/sources/push',
  'src/sources/scrape',
  'src/sources/files',
  'src/sources/azure',
  'src/sources/elasticsearch',
  'src/sources/grafana',
  'src/sources/http',
  'src/sources/sql',
];

/** Flat lists of one thing a file may be longer than a person's view of a folder. */
const FLAT_LISTS = ['src/stats', 'src/packs/catalog'];
const MAX_FILES_OF_A_FOLDER = 20;

/** npm packages that only these rooms or files may import. */
const PACKAGES: Record<string, string[]> = {
  express: ['src/http/'],
  bullmq: ['src/queue/bullmq'],
  ioredis: ['src/redis/'],
  'rate-limiter-flexible': ['src/http/admission/', 'src/redis/'],
  kysely: ['src/store/'],
  'node:sqlite': ['src/store/', 'src/sources/sql/'],
  pg: ['src/store/', 'src/sources/sql/'],
  mysql2: ['src/sources/sql/'],
  'jsonpath-rfc9535': ['src/sources/http/'],
  mathjs: ['src/stats/expression'],
  undici: ['src/outbound/'],
  piscina: ['src/threads/'],
  'p-limit': ['src/threads/'],
  '@resvg/resvg-wasm': ['src/threads/picture-worker.ts'],
  cockatiel: ['src/sources/asking/account-guard.ts'],
  '@opentelemetry/api': ['src/tracing.ts'],
  pino: ['src/telemetry.ts'],
  '@prometheus-io/client': ['src/telemetry.ts'],
  ajv: ['src/contract/'],
  '@prometheus-io/lezer-promql': ['src/sources/prometheus/promql-syntax.ts'],
  '@lezer': ['src/sources/prometheus/promql-syntax.ts'],
  'markdown-it': ['src/report/docs/render-markdown.ts'],
  uplot: ['src/report/explore/'],
  '@bufbuild/protobuf': ['src/faces/otlp/protobuf.ts'],
  'd3-scale': ['src/report/'],
  'd3-shape': ['src/report/'],
  'd3-array': ['src/report/'],
};

test('every import is allowed by the table of the house', () => {
  const broken = FILES.flatMap(importsOf).filter(({ from, to, isPackage, isTypeOnly }) => {
    if (isPackage) return false;
    const [room, target] = [roomOf(from), roomOf(to.replace('.d.ts', '.ts'))];
    if (UNBOUND.includes(room) || room === target || EVERYBODYS.includes(target)) return false;
    if (target === 'openapi') return !isTypeOnly;
    const allowed = ROOMS[room];
    if (allowed === undefined) return true;
    return !(
      allowed.values.includes(target) ||
      (isTypeOnly && (allowed.types ?? []).includes(target))
    );
  });
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});

test('no judge and no vendor imports a sibling, and only compose and the command line name a face', () => {
  const siblingOf = (file: string) => SIBLINGS.find((place) => file.startsWith(place));
  const faceOf = (file: string) => /^src\/faces\/\w+/.exec(file)?.[0];
  const broken = FILES.flatMap(importsOf).filter(({ from, to, isPackage }) => {
    if (isPackage) return false;
    const [own, other] = [siblingOf(from), siblingOf(to)];
    if (own !== undefined && other !== undefined && own !== other) return true;
    const [face, otherFace] = [faceOf(from), faceOf(to)];
    const isRoot = /^src\/(compose\/faces|cli\/foreign)\.ts$/.test(from);
    return otherFace !== undefined && otherFace !== face && !isRoot;
  });
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});

test('no folder has more files beside each other than a person takes in', () => {
  const counts = new Map<string, number>();
  for (const file of FILES) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  const full = [...counts].filter(
    ([folder, count]) => count > MAX_FILES_OF_A_FOLDER && !FLAT_LISTS.includes(folder),
  );
  assert.deepEqual(full, []);
});

test('npm packages stay behind their modules', () => {
  const broken = FILES.flatMap(importsOf).filter(({ from, to, isPackage }) => {
    if (!isPackage) return false;
    const name = Object.keys(PACKAGES).find((known) => to === known || to.startsWith(`${known}/`));
    return name !== undefined && !PACKAGES[name]!.some((place) => from.startsWith(place));
  });
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});

test('statistics, judges and findings are pure: no clock, no chance, no waiting, no output', () => {
  const impure =
    /\b(Date\.now|Math\.random|performance\.now|async |await |console\.|process\.(env|std|exit|on)|setTimeout)/;
  // what browsers run is a text here
  const pure = FILES.filter((file) =>
    /^src\/(stats|judges|findings|report)\/(?!shell\/script\.ts|explore\/chart-script\.ts|configs\/complete-script\.ts)/.test(
      file,
    ),
  );
  const broken = pure.filter((file) =>
    parse(file)
      .getFullText()
      .split('\n')
      .some((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && impure.test(line)),
  );
  assert.deepEqual(broken, []);
});

test('no file is longer than a person reads at once', () => {
  const long = FILES.map((file) => ({
    file,
    lines: readFileSync(file, 'utf8').split('\n').length,
  }));
  assert.deepEqual(
    long.filter(({ lines }) => lines > MAX_FILE_LINES),
    [],
  );
});

/** Lines of a function less those of the functions inside it: a factory is as long as what it does itself. */
function ownLines(node: ts.Node, source: ts.SourceFile): number {
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const lines = (part: ts.Node) => lineOf(part.end) - lineOf(part.getStart()) + 1;
  let inner = 0;
  const visit = (child: ts.Node) => {
    if (isFunction(child)) inner += lines(child);
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return lines(node) - inner;
}

function isFunction(node: ts.Node): boolean {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

test('no function is longer than a screen', () => {
  const long: string[] = [];
  for (const file of FILES) {
    const source = parse(file);
    const visit = (node: ts.Node) => {
      if (isFunction(node) && ownLines(node, source) > MAX_FUNCTION_LINES) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        long.push(`${file}:${line + 1} has ${ownLines(node, source)} lines of its own`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  assert.deepEqual(long, []);
});

test('nothing is exported by default, and no folder hides behind an index', () => {
  const defaults = FILES.filter((file) => /^export default/m.test(readFileSync(file, 'utf8')));
  const barrels = FILES.filter((file) => file.endsWith('/index.ts') && file !== 'jobs/index.ts');
  assert.deepEqual([...defaults, ...barrels], []);
});
