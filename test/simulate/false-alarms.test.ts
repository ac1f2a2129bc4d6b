import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossing, firstFailure, followRun } from '../../simulate/judging.ts';
import { createRandom } from '../../simulate/random.ts';
import { worldNamed, type Arms } from '../../simulate/worlds.ts';
import { MANN_WHITNEY_JUDGE } from '../../src/judges/mann-whitney/judge.ts';
import { NETFLIX_JUDGE } from '../../src/judges/netflix/judge.ts';

const RUNS = 60;
const LENGTH = 480;
const ALPHA = 0.05;
/**
 * If the true rate were 5 %, 11 or more of 60 healthy runs would be failed with probability 0.0002;
 * over the five worlds together 0.001. The seeds are fixed, so that only a change of the code can
 * bring it about. The true rates are 1 to 3 %.
 */
const MOST = 10;

function simulate<T>(name: string, judge: (arms: Arms, history: Arms) => T): T[] {
  const random = createRandom(31 + name.length);
  const { draw } = worldNamed(name);
  return Array.from({ length: RUNS }, () => {
    const history = draw(random, { length: 240 });
    return judge(draw(random, { length: LENGTH }), history);
  });
}

for (const name of ['normal', 'ar05', 'ar09', 'poisson', 'zeroinfl']) {
  test(`looked at every 5 minutes, at most 5 % of healthy canaries are failed: ${name}`, () => {
    const times = simulate(name, (arms, history) =>
      crossing(followRun(arms, { history }).fail, ALPHA),
    );
    const alarms = times.filter(Number.isFinite).length;
    assert.ok(alarms <= MOST, `${alarms} of ${RUNS}`);
  });
}

test('the same looks fail most healthy canaries under a judge that knows no wandering', () => {
  const times = simulate('ar09', (arms) => firstFailure(NETFLIX_JUDGE, arms, 5));
  const alarms = times.filter(Number.isFinite).length;
  assert.ok(alarms >= 50, `${alarms} of ${RUNS}`);
});

for (const name of ['ar05', 'ar09']) {
  test(`nor more by the Mann-Whitney judge, looked at every 40 minutes: ${name}`, () => {
    const times = simulate(name, (arms) => firstFailure(MANN_WHITNEY_JUDGE, arms, 40));
    const alarms = times.filter(Number.isFinite).length;
    assert.ok(alarms <= MOST, `${alarms} of ${RUNS}`);
  });
}

test('a regression of a quarter is found within the hour in nearly every run', () => {
  const random = createRandom(5);
  const { draw } = worldNamed('normal');
  const times = Array.from({ length: 20 }, () => {
    const history = Array.from({ length: 3 }, () => draw(random, { length: 240 }));
    return crossing(followRun(draw(random, { length: 60, factor: 1.25 }), { history }).fail, ALPHA);
  });
  // with one earlier run it may be an offset that the run had not, and is found in two of three
  assert.ok(times.filter((time) => time <= 60).length >= 17, times.join(' '));
});
