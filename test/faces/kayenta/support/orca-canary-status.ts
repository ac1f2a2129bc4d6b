const STATUSES = [
  'NOT_STARTED',
  'RUNNING',
  'PAUSED',
  'SUSPENDED',
  'SUCCEEDED',
  'FAILED_CONTINUE',
  'TERMINAL',
  'CANCELED',
  'REDIRECT',
  'STOPPED',
  'SKIPPED',
  'BUFFERED',
] as const;
export type OrcaStatus = (typeof STATUSES)[number];

/** All that Orca reads of the status of a canary, in the types into which it reads it. */
export interface OrcaCanaryStatus {
  application: string;
  status: OrcaStatus;
  thresholds: { pass: number; marginal: number };
  exception?: Record<string, unknown>;
  buildTimeAt?: number;
  startTimeAt?: number;
  endTimeAt?: number;
  result?: OrcaCanaryResult;
}

export interface OrcaCanaryResult {
  score: number;
  classification: string;
  classificationReason: string;
  /** Of each metric, the number of values of the baseline. */
  controlCounts: number[];
  /** ISO duration. */
  canaryDuration?: string;
}

/**
 * Reads the answer of `GET /canary/{id}` as Orca's deserialiser does, and fails where that fails: for a
 * missing or ill-typed field that has no null in Orca. Numbers that are whole there lose their fraction.
 */
export function readOrcaStatus(body: unknown): OrcaCanaryStatus {
  const status = reader(body, 'canary');
  const request = status.at('canaryExecutionRequest');
  for (const pair of Object.values(request.at('scopes').fields())) {
    for (const side of ['controlScope', 'experimentScope']) {
      const scope = reader(pair, 'scopes').at(side);
      scope.instant('start');
      scope.instant('end');
    }
  }
  const thresholds = request.at('thresholds');
  return {
    application: status.text('application'),
    status: status.executionStatus('status'),
    thresholds: { pass: thresholds.int('pass'), marginal: thresholds.int('marginal') },
    ...status.ifSet('exception', (exception) => ({ exception: exception.fields() })),
    ...status.ifSet('buildTimeIso', () => ({ buildTimeAt: status.instant('buildTimeIso') })),
    ...status.ifSet('startTimeIso', () => ({ startTimeAt: status.instant('startTimeIso') })),
    ...status.ifSet('endTimeIso', () => ({ endTimeAt: status.instant('endTimeIso') })),
    ...status.ifSet('result', (result) => ({ result: readResult(result) })),
  };
}

function readResult(result: Reader): OrcaCanaryResult {
  const judged = result.at('judgeResult');
  const score = judged.at('score');
  return {
    score: score.int('score'),
    classification: score.text('classification'),
    classificationReason: score.text('classificationReason'),
    controlCounts: judged
      .list('results')
      .map((metric) => metric.at('controlMetadata').at('stats').int('count')),
    ...result.ifSet('canaryDuration', () => ({
      canaryDuration: result.duration('canaryDuration'),
    })),
  };
}

interface Reader {
  at(name: string): Reader;
  fields(): Record<string, unknown>;
  list(name: string): Reader[];
  text(name: string): string;
  int(name: string): number;
  /** Epoch milliseconds. */
  instant(name: string): number;
  duration(name: string): string;
  executionStatus(name: string): OrcaStatus;
  /** Nothing where the field is absent or null. */
  ifSet<T extends object>(name: string, read: (value: Reader) => T): T | object;
}

function reader(value: unknown, path: string): Reader {
  const fail = (name: string, wanted: string): never => {
    throw new Error(`Orca cannot read ${path}.${name}: not ${wanted}`);
  };
  const fields = (): Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : fail('*', 'an object');
  const field = (name: string): unknown => fields()[name];
  const matching = (name: string, pattern: RegExp, wanted: string): string => {
    const text = field(name);
    return typeof text === 'string' && pattern.test(text) ? text : fail(name, wanted);
  };
  return {
    fields,
    at: (name) => reader(field(name), `${path}.${name}`),
    list: (name) => {
      const list = field(name);
      if (!Array.isArray(list)) return fail(name, 'a list');
      return list.map((item, index) => reader(item, `${path}.${name}[${index}]`));
    },
    text: (name) => matching(name, /^/, 'a text'),
    int: (name) => {
      const number = field(name);
      return typeof number === 'number' ? Math.trunc(number) : fail(name, 'a number');
    },
    instant: (name) =>
      Date.parse(matching(name, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'an ISO instant')),
    duration: (name) =>
      matching(name, /^PT(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?$/, 'an ISO duration'),
    executionStatus: (name) =>
      STATUSES.find((status) => status === matching(name, /^/, 'a text').toUpperCase()) ??
      fail(name, 'an execution status'),
    ifSet: (name, read) => {
      const inner = field(name);
      return inner === undefined || inner === null ? {} : read(reader(inner, `${path}.${name}`));
    },
  };
}
