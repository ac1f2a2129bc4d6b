import { createApiClient, type ApiClient } from '../server/api-client.ts';
import { DEFAULT_RETRY, DEFAULT_SERVER, readServerOptions } from '../server/server-options.ts';
import { note } from '../terminal.ts';

export const SERVER_HELP = `  --server URL         default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE    bearer token; CANARY_TOKEN otherwise
  --retry-for D        how long to try while the server does not answer (${DEFAULT_RETRY})`;

/** A client of the server that the options name. */
export async function connect(
  options: Parameters<typeof readServerOptions>[0],
  onRetry = (why: string) => note(`canary: ${why}; trying again`),
): Promise<{ client: ApiClient; server: string }> {
  const connection = await readServerOptions(options);
  return { client: createApiClient({ ...connection, onRetry }), server: connection.server };
}
