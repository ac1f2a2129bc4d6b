import assert from 'node:assert/strict';
import { test } from 'node:test';

import { normalCdf } from '../../src/stats/normal-distribution.ts';
import {
  studentTCdf,
  studentTLowerTail,
  studentTOfNormal,
  studentTUpperTail,
} from '../../src/stats/student-t.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

const { pt } = readVectors<{ pt: { args: [number, number]; value: number }[] }>('special');

test('studentTCdf agrees with R', () => {
  for (const { args, value } of pt)
    assertClose(studentTCdf(...args), value, 1e-12, `pt(${args.join()})`);
});

test('the fast tails agree with the distribution function on both sides of the switch', () => {
  for (const freedom of [1, 2.5, 10, 19.9, 20, 20.1, 60, 200, 1500]) {
    for (const y of [0, 1e-6, 0.001, 0.05, 0.2, 0.2999, 0.3001, 0.7, 2]) {
      const t = Math.sqrt(freedom * Math.expm1(y));
      const tail = studentTCdf(-t, freedom);
      const label = `freedom ${freedom}, y ${y}`;
      assertClose(studentTUpperTail(y, freedom), tail, 1e-9 * tail, label);
      assertClose(studentTLowerTail(y, freedom), 1 - tail, 2e-11, label);
    }
  }
});

test('the t of a normal score leaves the same tail', () => {
  for (const freedom of [1, 4, 10, 33.3, 200, 1e5]) {
    for (const z of [0.5, 1.96, 3.3, 5, 8]) {
      const t = studentTOfNormal(z, freedom);
      const tails = [1 - studentTCdf(t, freedom), normalCdf(-z)];
      if (z < 5)
        assert.ok(Math.abs(tails[0]! / tails[1]! - 1) < 1e-6, `${freedom} ${z}: ${tails.join()}`);
      assert.ok(t >= z);
    }
  }
  assert.ok(Math.abs(studentTOfNormal(1.959964, 10) - 2.228139) < 1e-5);
});
