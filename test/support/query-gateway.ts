import { startStubServer, type StubRequest } from './stub-server.ts';

/** Stands before a real Prometheus, and can leave its queries without an answer. */
export interface QueryGateway {
  url: string;
  /** From now on queries that contain the text are never answered. */
  hang(text: string): void;
  /** Whether one of these has been asked. */
  hangsFor(text: string): boolean;
  /** New queries are answered again. */
  release(): void;
  close(): Promise<void>;
}

export async function startQueryGateway(prometheusUrl: string): Promise<QueryGateway> {
  const hanging = new Map<string, number>();
  const server = await startStubServer((request) => {
    const query = queryOf(request);
    const text = [...hanging.keys()].find((part) => query.includes(part));
    if (text === undefined) return forward(request, prometheusUrl);
    hanging.set(text, hanging.get(text)! + 1);
    return 'never';
  });
  return {
    url: server.url,
    hang: (text) => void hanging.set(text, 0),
    hangsFor: (text) => (hanging.get(text) ?? 0) > 0,
    release: () => hanging.clear(),
    close: () => server.close(),
  };
}

function queryOf({ path, body }: StubRequest): string {
  return new URLSearchParams(body || path.split('?')[1]).get('query') ?? '';
}

async function forward({ method, path, headers, body }: StubRequest, url: string) {
  const contentType = headers['content-type'];
  const answer = await fetch(url + path, {
    method,
    ...(body === '' ? {} : { body }),
    ...(typeof contentType === 'string' ? { headers: { 'content-type': contentType } } : {}),
  });
  return { status: answer.status, body: await answer.text() };
}
