/** A request that Orca has sent, as it was on the wire. */
export interface OrcaCall {
  method: string;
  /** Path and query. */
  path: string;
  contentType: string | undefined;
  body: string | undefined;
}

export interface StartParameters {
  application: string;
  parentPipelineExecutionId: string;
  metricsAccountName?: string | undefined;
  configurationAccountName?: string | undefined;
  storageAccountName?: string | undefined;
}

/** Orca's five calls of Kayenta; each answers the body as it came. */
export interface OrcaClient {
  /** In the order of sending. */
  calls: readonly OrcaCall[];
  listConfigs(): Promise<unknown>;
  start(configId: string, parameters: StartParameters, body: object): Promise<unknown>;
  results(id: string, storageAccountName: string | undefined): Promise<unknown>;
  credentials(): Promise<unknown>;
  cancel(id: string): Promise<void>;
}

/** An answer outside 2xx, with what Orca puts of it into the exception of a stage. */
export class OrcaHttpError extends Error {
  readonly details: { errors: string[]; status: number };

  constructor(call: OrcaCall, status: number, body: string) {
    super(`${call.method} ${call.path} answered ${status}: ${body}`);
    const { message } = (body.startsWith('{') ? JSON.parse(body) : {}) as { message?: string };
    this.details = { errors: message === undefined ? [] : [message], status };
  }
}

export function createOrcaClient(url: string): OrcaClient {
  const calls: OrcaCall[] = [];
  async function send(method: string, path: string, content?: unknown): Promise<string> {
    const contentType = content === undefined ? undefined : 'application/json; charset=UTF-8';
    const body = content === undefined ? undefined : JSON.stringify(content);
    const call = { method, path, contentType, body };
    calls.push(call);
    const answer = await fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new OrcaHttpError(call, answer.status, text);
    return text;
  }
  const ask = async (...request: Parameters<typeof send>): Promise<unknown> =>
    JSON.parse(await send(...request));
  return {
    calls,
    listConfigs: () => ask('GET', '/canaryConfig'),
    start: (id, parameters, body) =>
      ask('POST', `/canary/${id}${queryOf({ ...parameters })}`, body),
    results: (id, storageAccountName) =>
      ask('GET', `/canary/${id}${queryOf({ storageAccountName })}`),
    credentials: () => ask('GET', '/credentials'),
    cancel: async (id) => void (await send('PUT', `/pipelines/${id}/cancel`, '')),
  };
}

/** What is not set is left out. */
function queryOf(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(
    (parameter): parameter is [string, string] => parameter[1] !== undefined,
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
