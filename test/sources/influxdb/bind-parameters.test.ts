import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindParameters } from '../../../src/sources/influxdb/bind-parameters.ts';
import { INFLUXQL } from '../../../src/sources/influxdb/influxdb.ts';

test('names that differ only in what no parameter may be called by have parameters of their own', () => {
  const values = new Map([
    ['data-center', 'a'],
    ['data_center', 'b'],
  ]);
  const text = 'WHERE x = ${data-center} AND y = ${data_center} AND z = ${data-center}';
  assert.deepEqual(bindParameters(text, INFLUXQL, values, new Map()), {
    text: 'WHERE x = $p_data_center AND y = $p_data_center_ AND z = $p_data_center',
    params: { p_data_center: 'a', p_data_center_: 'b' },
  });
});
