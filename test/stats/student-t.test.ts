import { test } from 'node:test';

import { studentTCdf, studentTLowerTail, studentTUpperTail } from '../../src/stats/student-t.ts';
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
