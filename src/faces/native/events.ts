import { Readable } from 'node:stream';
import type { Follow, Stand } from '../../analysis/follow.ts';
import { isFinal } from '../../model/analysis.ts';
import type { Handler } from '../../http/operation.ts';

/** A comment so often keeps proxies from closing a silent connection. */
const HEARTBEAT_MS = 15_000;

/**
 * The stands of an analysis as server-sent events, until its end.
 *
 * Source: HTML Standard, server-sent events
 */
export function followHandler(follow: Follow, now: () => number): Handler {
  return async ({ parameters, signal }) => {
    const stands = await follow(parameters['id'] as string, signal);
    const known = parameters['last-event-id'] as string | undefined;
    return {
      status: 200,
      stream: {
        type: 'text/event-stream',
        content: Readable.from(eventsOf(stands, known, now)),
      },
      headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    };
  };
}

async function* eventsOf(
  stands: AsyncGenerator<Stand | undefined>,
  known: string | undefined,
  now: () => number,
): AsyncGenerator<string> {
  let saidAt = now();
  for await (const stand of stands) {
    const isNews = stand !== undefined && (stand.revision !== known || isFinal(stand.state));
    if (!isNews && now() - saidAt < HEARTBEAT_MS) continue;
    saidAt = now();
    yield isNews ? formatEvent(stand) : ': still here\n\n';
  }
}

function formatEvent({ revision, ...data }: Stand): string {
  const event = isFinal(data.state) ? 'ended' : 'changed';
  return `id: ${revision}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
