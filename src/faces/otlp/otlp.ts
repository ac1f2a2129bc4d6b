import { Readable } from 'node:stream';
import type { ReceiveMetrics } from '../../analysis/push/receive-metrics.ts';
import type { Face } from '../../http/face.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import type { Meters, Telemetry } from '../../telemetry.ts';
import { otlpDialect, PROTOBUF_TYPE, type OtlpCall } from './otlp-dialect.ts';
import { readExport } from './read-export.ts';

export interface OtlpParts {
  receiveMetrics: ReceiveMetrics;
  telemetry: Telemetry;
  now(): number;
}

/** What OpenTelemetry SDKs and collectors send. */
export const otlpFace = {
  create: (_config: unknown, parts: OtlpParts): Face => ({
    handlers: createHandlers(parts),
    dialect: otlpDialect,
  }),
};

const MAX_REASONS = 5;

function createHandlers({ receiveMetrics, telemetry: { meters }, now }: OtlpParts): Handlers {
  return {
    async receiveMetrics({ body }) {
      const { message, type } = body as OtlpCall;
      const expected = await receiveMetrics.expected();
      const { readings, unasked, rejected } = readExport(message, expected, now());
      const refused = await receiveMetrics.keep(readings);
      const reasons = [...rejected, ...refused];
      const lost = reasons.reduce((sum, [, count]) => sum + count, 0);
      const sent = readings.reduce((sum, { points }) => sum + points.length, 0);
      const kept = sent - [...refused.values()].reduce((sum, count) => sum + count, 0);
      count(meters, { kept, unasked, rejected: lost });
      return answer(type, lost, tell(reasons.map(([why]) => why)));
    },
  };
}

function count({ pushedPoints }: Meters, counts: Record<string, number>): void {
  for (const [outcome, points] of Object.entries(counts))
    pushedPoints.inc({ protocol: 'otlp', outcome }, points);
}

function tell(reasons: readonly string[]): string {
  const more = reasons.length - MAX_REASONS;
  const told = reasons.slice(0, MAX_REASONS).join('; ');
  return more > 0 ? `${told}; and ${more} more` : told;
}

/** In the type of the request. */
async function answer(type: string, rejected: number, message: string): Promise<Answer> {
  if (type === PROTOBUF_TYPE) {
    const { encodeAnswer } = await import('./protobuf.ts');
    const bytes = encodeAnswer(rejected, message);
    const content = Readable.from(bytes.length === 0 ? [] : [Buffer.from(bytes)]);
    return { status: 200, stream: { type, bytes: bytes.length, content } };
  }
  const partialSuccess = { rejectedDataPoints: String(rejected), errorMessage: message };
  return { status: 200, json: rejected === 0 ? {} : { partialSuccess } };
}
