import assert from 'node:assert/strict';

/** A webhook stage as a pipeline has it. */
export interface WebhookStage {
  url: string;
  method: string;
  payload: Record<string, string>;
  statusUrlResolution: 'getMethod' | 'locationHeader';
  statusJsonPath: string;
  progressJsonPath: string;
  successStatuses: string;
  terminalStatuses: string;
  cancelEndpoint: string;
  cancelMethod: string;
}

export type StageStatus = 'RUNNING' | 'SUCCEEDED' | 'TERMINAL';

export interface OrcaStage {
  status: StageStatus;
  error?: string;
  progress?: string;
  /** The next run of the task that the stage is at. */
  run(): Promise<void>;
  /** The pipeline is cancelled by a person. */
  cancel(): Promise<void>;
}

/** CreateWebhookTask, MonitorWebhookTask and the cancellation of Orca's webhook stage. */
export function createOrcaStage(stage: WebhookStage): OrcaStage {
  let statusEndpoint: string | undefined;
  const orca: OrcaStage = {
    status: 'RUNNING',
    async run() {
      if (orca.status !== 'RUNNING') return;
      if (statusEndpoint === undefined) await create();
      else await monitor(statusEndpoint);
      if (hasFailed()) await orca.cancel(); // as where a person has cancelled it
    },
    async cancel() {
      if (statusEndpoint === undefined) return;
      await send(stage.cancelMethod, stage.cancelEndpoint).catch(() => undefined); // best effort
    },
  };
  const hasFailed = () => orca.status === 'TERMINAL';
  const end = (status: StageStatus, error?: string) =>
    Object.assign(orca, { status, ...(error === undefined ? {} : { error }) });

  /** 5xx and 429 are sent again, every other 4xx and any other failure of a POST ends the stage. */
  async function create(): Promise<void> {
    const answer = await send(stage.method, stage.url, stage.payload).catch((error) => error);
    if (answer instanceof Error) end('TERMINAL', String(answer));
    else if (answer.status >= 500 || answer.status === 429) return;
    else if (answer.status >= 400) end('TERMINAL', await answer.text());
    else {
      const { location } = Object.fromEntries(answer.headers as Headers) as { location?: string };
      const found = stage.statusUrlResolution === 'getMethod' ? stage.url : location;
      if (found === undefined) end('TERMINAL', 'the status URL could not be resolved');
      else statusEndpoint = new URL(found, stage.url).href;
    }
  }

  /** A number never fails, a path that is missing or no single value does, and a word in no list runs on. */
  async function monitor(endpoint: string): Promise<void> {
    const answer = await send('GET', endpoint).catch((error) => error);
    if (answer instanceof Error) return void end('TERMINAL', String(answer));
    if (answer.status >= 500 || answer.status === 429) return;
    if (answer.status >= 400) return void end('TERMINAL', await answer.text());
    const body = (await answer.json()) as Record<string, unknown>;
    const status = body[fieldOf(stage.statusJsonPath)];
    const progress = body[fieldOf(stage.progressJsonPath)];
    if (typeof status !== 'string') return void end('TERMINAL', 'no single value');
    if (typeof progress !== 'string') return void end('TERMINAL', 'no String value');
    orca.progress = progress;
    const isIn = (list: string) =>
      list.split(',').some((word) => word.trim().toUpperCase() === status.toUpperCase());
    if (isIn(stage.successStatuses)) end('SUCCEEDED');
    else if (isIn(stage.terminalStatuses)) end('TERMINAL');
  }

  return orca;
}

async function send(method: string, url: string, payload?: object): Promise<Response> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload) };
  const signal = AbortSignal.timeout(20_000);
  return fetch(url, { method, signal, redirect: 'error', ...(payload === undefined ? {} : json) });
}

function fieldOf(path: string): string {
  const field = /^\$\.(\w+)$/.exec(path)?.[1];
  assert.ok(field, `this client does not understand ${path}`);
  return field;
}

/** Orca evaluates the expressions of a stage before its tasks run. */
export function evaluate(text: string, executionId: string): string {
  return text.replaceAll('${execution.id}', executionId);
}
