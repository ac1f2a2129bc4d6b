// What clients do to a service that is killed under their hands, and what must be true afterwards.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/poll.ts';
import { startStubServer } from '../support/stub-server.ts';
import type { Ledger, Order } from './ledger.ts';
import { inlineRequest, secondsWindow, type AnalysisView } from './requests.ts';

const SOURCE_DELAY_MS = 150;

/** Where clients send their requests; another address after a restart. */
export interface World {
  url(): string;
  isOver: boolean;
}

/** Fixed windows and looks in real time, of every verdict, in turn. */
export function* endlessOrders(url: string): Generator<Order> {
  const callbacks = [{ url }];
  for (let number = 0; ; number += 1) {
    const verdict = (['pass', 'fail', 'nodata'] as const)[number % 3]!;
    const isRealTime = number % 4 === 3;
    const isSlow = verdict === 'pass' && !isRealTime;
    const looks = isRealTime && verdict !== 'fail' ? 3 : 1;
    const window = isRealTime ? { window: secondsWindow(3) } : {};
    yield {
      key: `order-${number}`,
      verdict,
      looks,
      body: isSlow
        ? withSlowMetric(inlineRequest(verdict, { callbacks }))
        : inlineRequest(verdict, { callbacks, ...window }),
    };
  }
}

/** One metric more, whose source takes its time: such a judgement is under way when a kill comes. */
function withSlowMetric({ config, ...rest }: ReturnType<typeof inlineRequest>) {
  const slow = { name: 'slow', query: { source: 'prometheus', promql: 'slow{app="${scope}"}' } };
  return { ...rest, config: { ...config, metrics: [...config.metrics, slow] } };
}

/** Answers each range query with the same healthy series, late. */
export async function startSlowSource() {
  return startStubServer(async ({ body }) => {
    await delay(SOURCE_DELAY_MS);
    const asked = new URLSearchParams(body);
    const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) =>
      Number(asked.get(name)),
    );
    const values = Array.from({ length: (end - start) / step + 1 }, (_, index) => [
      start + index * step,
      String(1 + ((3 * index) % 7)), // not growing like a counter
    ]);
    const data = { resultType: 'matrix', result: [{ metric: {}, values }] };
    return { body: JSON.stringify({ status: 'success', data }) };
  });
}

/** A client that repeats each submission, with its key, until it has been acknowledged; it leaves the workers some room. */
export async function work(
  world: World,
  orders: Generator<Order>,
  ledger: Ledger,
  mostUnfinished = Infinity,
): Promise<void> {
  const hasRoom = () => world.isOver || untold(ledger).length < mostUnfinished;
  while (!world.isOver) {
    await until('others get on', hasRoom);
    const order = orders.next().value as Order;
    const submitted = () => submit(world.url(), order);
    const { id } = await until(`${order.key} is acknowledged`, submitted);
    ledger.acknowledge(id, order);
  }
}

async function submit(url: string, { key, body }: Order): Promise<AnalysisView | undefined> {
  const answer = await fetch(`${url}/api/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  if (answer === undefined) return undefined;
  assert.equal(answer.status, 202, `${key} was refused`);
  return (await answer.json().catch(() => undefined)) as AnalysisView | undefined;
}

export async function readAround(
  world: World,
  ledger: Ledger,
  random: () => number,
): Promise<void> {
  while (!world.isOver) {
    const ids = [...ledger.acknowledged.keys()];
    const id = ids[Math.floor(random() * ids.length)];
    if (id !== undefined) await read(world.url(), id).then(ledger.see, () => undefined);
    await delay(10);
  }
}

async function read(url: string, id: string): Promise<AnalysisView> {
  const answer = await fetch(`${url}/api/v1/analyses/${id}`);
  return (await answer.json()) as AnalysisView;
}

export async function everybodyIsTold(log: () => string, ledger: Ledger): Promise<void> {
  const isDone = () => untold(ledger).length === 0;
  await until('each analysis has ended and told so', isDone).catch((error: unknown) =>
    assert.fail(`${String(error)}: ${untold(ledger).join(', ')}\n${log()}`),
  );
}

export function untold(ledger: Ledger): string[] {
  const isTold = (id: string) =>
    ledger.eventsOf(id).some(({ type }) => type === 'analysis.completed');
  return [...ledger.acknowledged.keys()].filter((id) => !isTold(id));
}

export async function checkPromises(
  url: string,
  id: string,
  order: Order,
  ledger: Ledger,
): Promise<void> {
  const analysis = await read(url, id);
  ledger.see(analysis);
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.intervals.map(({ verdict }) => verdict)],
    ['completed', order.verdict, Array.from({ length: order.looks }, () => order.verdict)],
    `${id} (${order.key}) has a wrong end`,
  );
  const events = await until(`all events of ${id} have arrived`, () => {
    const arrived = ledger.eventsOf(id);
    return arrived.length >= order.looks + 2 ? arrived : undefined;
  });
  assert.deepEqual(
    events.map(({ sequence, type }) => [sequence, type]),
    expectedEvents(order.looks),
    `${id} (${order.key}) has wrong events`,
  );
}

function expectedEvents(looks: number): [number, string][] {
  const intervals = Array.from({ length: looks }, () => 'analysis.interval_completed');
  const types = ['analysis.started', ...intervals, 'analysis.completed'];
  return types.map((type, index) => [index + 1, type]);
}
