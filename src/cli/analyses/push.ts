import { Fault, toFault } from '../../errors.ts';
import type { Command } from '../command.ts';
import { jsonLines } from '../files/json-lines.ts';
import { parseSubject } from '../parse-options.ts';
import { createLifecycleClient } from '../server/lifecycle-client.ts';
import { createProgress } from '../server/progress.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { SERVER_HELP } from './connect.ts';

const OPTIONS = {
  ...SERVER_OPTIONS,
  samples: { type: 'string' },
  metric: { type: 'string' },
  side: { type: 'string' },
  instance: { type: 'string' },
} as const;

/** In one request; the same file is cut the same way again, so that what was sent before counts once. */
const LINES_AT_ONCE = 1000;
/** What comes slowly, as from a load test that runs, is not held back longer. */
const FLUSH_EVERY_MS = 2000;

export const pushCommand: Command = {
  help: `Usage: canary push ID [OPTIONS]

Sends values to an analysis while it runs, for metrics whose query is \`source: push\` with \`samples\`: JSON lines like
  {"metric": "latency", "side": "canary", "time": "2026-01-15T09:00:01.25Z", "value": 182}
with "exposure" for counts, and "instance" and "labels" where there are any. Without "time" it is now. A file can be sent
again: what was stored before counts once.

  --samples FILE            JSON lines; - or nothing is stdin, which is sent as it comes
  --metric NAME             metric of the lines that name none
  --side SIDE               baseline or canary, of the lines that name none
  --instance NAME           instance of the lines that name none

${SERVER_HELP}

Exit codes: 0 all were stored, 3 not.
`,
  async run(args) {
    const { subject: id, values } = parseSubject('push', 'the id of an analysis', OPTIONS, args);
    const { samples: file = '-', metric, side, instance } = values;
    const connection = await readServerOptions(values);
    const progress = createProgress(process.stderr);
    const onRetry = (why: string) => progress.note(`canary: ${why}; trying again`);
    const client = createLifecycleClient({ ...connection, onRetry });
    const given = Object.entries({ metric, side, instance }).filter(
      ([, value]) => value !== undefined,
    );
    const sender = createSender((lines) => client.push(id, lines));
    try {
      await Promise.race([sendAll(file, Object.fromEntries(given), sender), sender.failed]);
    } finally {
      progress.end();
      sender.stop();
      if (file === '-') process.stdin.destroy();
    }
    const { accepted, repeated } = sender.sent;
    const before = repeated === 0 ? '' : `; ${repeated} were there before`;
    process.stdout.write(`${accepted} samples stored for analysis ${id}${before}\n`);
    return 0;
  },
};

interface Line {
  number: number;
  sample: Record<string, unknown>;
}

type Sender = ReturnType<typeof createSender>;

async function sendAll(
  file: string,
  given: Record<string, unknown>,
  sender: Sender,
): Promise<void> {
  for await (const { read, number } of jsonLines('samples', file)) {
    if ('threw' in read) throw new Fault('invalid-request', read.threw.replace(/^[\w-]+: /, ''));
    const time = new Date().toISOString();
    await sender.add({ number, sample: { time, ...given, ...read.given } });
  }
  await sender.flush();
}

/** Sends lines in turn, when there are enough of them or it has been a while. */
function createSender(
  send: (samples: unknown[]) => Promise<{ accepted: number; repeated: number }>,
) {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined); // whoever waits for it hears of it
  const sent = { accepted: 0, repeated: 0 };
  let waiting: Line[] = [];
  let sending = Promise.resolve();

  async function sendLines(lines: readonly Line[]): Promise<void> {
    try {
      const { accepted, repeated } = await send(lines.map(({ sample }) => sample));
      sent.accepted += accepted;
      sent.repeated += repeated;
    } catch (error) {
      throw byLine(toFault(error), lines);
    }
  }

  function flush(): Promise<void> {
    const lines = waiting;
    waiting = [];
    if (lines.length > 0) sending = sending.then(() => sendLines(lines));
    return sending;
  }

  const timer = setInterval(() => void flush().catch(reject), FLUSH_EVERY_MS);
  return {
    sent,
    failed,
    flush,
    stop: () => clearInterval(timer),
    async add(line: Line): Promise<void> {
      waiting.push(line);
      if (waiting.length >= LINES_AT_ONCE) await flush();
    },
  };
}

/** The same fault about lines of the file, which is what its author sees. */
function byLine(fault: Fault, lines: readonly Line[]): Fault {
  const violations = fault.violations.map(({ pointer, message }) => {
    const [, index, field = ''] = /^\/samples\/(\d+)\/?(.*)$/.exec(pointer) ?? [];
    const line = lines[Number(index)];
    return line === undefined
      ? { pointer, message }
      : { pointer: `line ${line.number}${field && `, "${field}"`}`, message };
  });
  return new Fault(fault.code, fault.message, { violations, cause: fault });
}
