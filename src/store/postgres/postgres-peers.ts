import { Fault } from '../../errors.ts';
import type { Log } from '../../telemetry.ts';
import type { Claimable, House, Peers, Topic } from '../peers/peers.ts';
import { toStoreFault } from './postgres-faults.ts';
import { TELL, type Pulse } from './pulse.ts';
import { createServerClock } from './server-clock.ts';

/** A process that is heard of no more loses what it has claimed after this time. */
export const LEASE_MS = 8000;
const BEAT_MS = 2000;

/** The server's own clock, at the moment of asking. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
const HOUSE = 'house';
const JUDGING = 'judging';
const SWITCH =
  'insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value';

export interface PostgresPeers extends Peers {
  /** Told by the last heartbeat: why the server cannot be used. */
  trouble(): Fault | undefined;
  /** The first heartbeat, then one after the other until it is closed. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Processes on one PostgreSQL: each has a name and a heartbeat, which renews all that it holds by the server's clock. */
export function createPostgresPeers(dependencies: {
  owner: string;
  log: Log;
  /** `onNotice` is to be called with each text that is told. */
  pulse(onNotice: (text: string) => void): Pulse;
}): PostgresPeers {
  const { owner, log } = dependencies;
  const clock = createServerClock();
  const working: Record<Claimable, Map<string, number>> = {
    executions: new Map(),
    deliveries: new Map(),
  };
  const listeners: Record<Topic, ((id: string) => void)[]> = { changed: [], accepted: [] };
  const pulse = dependencies.pulse(hear);
  const house = createHouseKeeping();
  let isJudging = true;
  let trouble: Fault | undefined;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> = Promise.resolve();
  let isClosed = false;

  function hear(text: string): void {
    const [topic = '', id = '', teller = ''] = text.split(' ');
    if (teller === owner) return;
    if (topic === JUDGING) void beat();
    else if (Object.hasOwn(listeners, topic))
      for (const tell of listeners[topic as Topic]) tell(id);
  }

  function send(topic: string, id: string): void {
    // who has not heard of it looks for itself
    pulse.query(TELL, [`${topic} ${id} ${owner}`]).catch(() => undefined);
  }

  async function beatOnce(): Promise<void> {
    const askedAt = performance.now();
    const [row] = await pulse.query<{ now: number; judging: string | null }>(
      `select ${NOW} as now, (select value from facts where name = $1) as judging`,
      [JUDGING],
    );
    clock.adjust(row!.now, askedAt, performance.now());
    isJudging = row!.judging !== 'off';
    await renew('executions');
    await renew('deliveries');
    if (house.isWanted()) await house.hold(await takeDuty(), askedAt);
  }

  /** Rows that somebody else holds at this moment are being ended, or are no longer ours. */
  async function renew(table: Claimable): Promise<void> {
    const ids = [...working[table].keys()];
    if (ids.length === 0) return;
    await pulse.query(
      `update ${table} set claimable_at = ${NOW} + $1 where id in (
         select id from ${table} where id = any($2) and owner = $3 and claimable_at is not null for update skip locked)`,
      [LEASE_MS, ids, owner],
    );
  }

  async function takeDuty(): Promise<boolean> {
    const rows = await pulse.query(
      `insert into duties (name, owner, expires_at) values ($1, $2, ${NOW} + $3)
       on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at
       where duties.owner = excluded.owner or duties.expires_at <= ${NOW}
       returning owner`,
      [HOUSE, owner, LEASE_MS],
    );
    return rows.length === 1;
  }

  async function beat(): Promise<void> {
    beating = beatAfter(beating);
    await beating;
  }

  /** One at a time. */
  async function beatAfter(earlier: Promise<void>): Promise<void> {
    await earlier;
    if (isClosed) return;
    try {
      await beatOnce();
      trouble = undefined;
    } catch (thrown) {
      const fault = toStoreFault(thrown);
      if (!(fault instanceof Fault)) log.error({ err: thrown }, 'a heartbeat failed');
      else if (trouble === undefined) log.warn({ err: thrown }, fault.message);
      trouble = fault instanceof Fault ? fault : undefined;
      house.doubt();
    }
  }

  function schedule(): void {
    if (isClosed) return;
    timer = setTimeout(() => void beat().then(schedule), BEAT_MS);
    timer.unref();
  }

  return {
    isShared: true,
    now: clock.now,
    async whileWorking(table, id, work) {
      const held = working[table];
      held.set(id, (held.get(id) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = held.get(id)! - 1;
        if (left === 0) held.delete(id);
        else held.set(id, left);
      }
    },
    keepHouse(wanted) {
      house.want(wanted);
      void beat();
    },
    isHouseKeeper: house.isHeld,
    tell: send,
    onTold: (topic, listener) => void listeners[topic].push(listener),
    judging: {
      isOn: () => isJudging,
      async set(isOn) {
        await pulse.query(SWITCH, [JUDGING, isOn ? 'on' : 'off']).catch((thrown: unknown) => {
          throw toStoreFault(thrown);
        });
        isJudging = isOn;
        send(JUDGING, '-');
      },
    },
    trouble: () => trouble,
    async start() {
      await beatOnce();
      schedule();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await beating;
      if (house.isHeld())
        await pulse
          .query('delete from duties where name = $1 and owner = $2', [HOUSE, owner])
          .catch(() => undefined);
      house.lose();
      await pulse.close();
    },
  };
}

/** Whether this process keeps house: as long as it knows that no other one may have begun to. */
function createHouseKeeping() {
  let wanted: House | undefined;
  let isHeld = false;
  let renewedAt = 0;
  const lose = () => {
    if (!isHeld) return;
    isHeld = false;
    wanted?.end();
  };
  return {
    want: (house: House) => void (wanted = house),
    isWanted: () => wanted !== undefined,
    isHeld: () => isHeld,
    async hold(isTaken: boolean, at: number) {
      if (!isTaken) return lose();
      renewedAt = at;
      if (isHeld) return;
      isHeld = true;
      wanted?.begin();
    },
    /** A heartbeat has failed. */
    doubt() {
      if (performance.now() - renewedAt > LEASE_MS - BEAT_MS) lose();
    },
    lose,
  };
}
