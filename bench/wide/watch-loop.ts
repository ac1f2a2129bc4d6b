// Preloaded into the service: the longest turns of its event loop in CPU time, which other processes cannot lengthen.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const longest: { cpuMs: number; at: number }[] = [];
const world = { isOver: false };

process.once('SIGTERM', () => {
  world.isOver = true;
  const turns = longest.map(({ cpuMs, at }) => `${cpuMs.toFixed(0)} (after ${at.toFixed(1)} s)`);
  process.stderr.write(
    `event loop: delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, longest ${(delay.max / 1e6).toFixed(0)} ms; ` +
      `longest turns in CPU ms: ${turns.join(', ')}\n`,
  );
});

void watch();

async function watch(): Promise<void> {
  let before = cpuMs();
  while (!world.isOver) {
    await nextTurn(undefined, { ref: false });
    const now = cpuMs();
    longest.push({ cpuMs: now - before, at: performance.now() / 1000 });
    longest.sort((a, b) => b.cpuMs - a.cpuMs).splice(12);
    before = now;
    await new Promise((resolve) => {
      setTimeout(resolve, 1).unref();
    });
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
