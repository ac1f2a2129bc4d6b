import { Fault } from '../../../errors.ts';

export interface KayentaAnswer {
  status: number;
  json: unknown;
  /** What the service says of an error. */
  message: string;
}

/** One call of a Kayenta, or of what speaks like it; any status is an answer. */
export interface KayentaCaller {
  server: string;
  call(
    method: 'GET' | 'HEAD' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
  ): Promise<KayentaAnswer>;
}

const TIMEOUT_MS = 60_000;

/** Fault `source-unavailable` when there is no answer. `server` is as `parseServer` reads it. */
export function createKayentaCaller(options: {
  server: string;
  token: string | undefined;
}): KayentaCaller {
  const { server, token } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    server,
    async call(method, path, body) {
      try {
        const response = await fetch(server + path, {
          method,
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            ...authorization,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        return readAnswer(response.status, await response.text());
      } catch (error) {
        const { cause, message } = error as Error;
        const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
        const text = `server ${server} does not answer: ${why}`;
        throw new Fault('source-unavailable', text, { retryable: true, cause: error });
      }
    },
  };
}

function readAnswer(status: number, text: string): KayentaAnswer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { message, detail } = (json ?? {}) as { message?: unknown; detail?: unknown };
  const said = [message, detail].find((part) => typeof part === 'string');
  return { status, json, message: said ?? `it answered ${status}` };
}
