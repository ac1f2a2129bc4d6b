import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskedAddress } from '../../src/model/masked-address.ts';

test('values of a query, and what looks like a token, are masked; the rest tells which receiver it is', () => {
  const cases: [address: string, shown: string][] = [
    ['https://deployer.example/hooks/canary', 'https://deployer.example/hooks/canary'],
    ['https://d.example/hook?token=s3cret&team=a', 'https://d.example/hook?token=***&team=***'],
    ['https://d.example/hook?s3cret', 'https://d.example/hook?***'],
    ['https://d.example/?a=b=s3cret&&c=', 'https://d.example/?a=***&&***'],
    ['https://me:s3cret@d.example/#s3cret', 'https://d.example/'],
    ['https://d.example/services/T0/0123456789abcdef0123', 'https://d.example/services/T0/***'],
    ['https://d.example', 'https://d.example'],
    ['no address', ''],
  ];
  for (const [address, shown] of cases) assert.equal(maskedAddress(address), shown);
});

test('no value of a query is ever shown, and what is shown stays as it is', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{8,12}$/).map((text) => `xq${text}`);
  fc.assert(
    fc.property(secret, fc.constantFrom('a=', '', 'a=b&c=', 'a=b%3D'), (value, before) => {
      const shown = maskedAddress(`https://h.example/hook?${before}${value}&z=1`);
      assert.ok(!shown.includes(value), shown);
      assert.equal(maskedAddress(shown), shown);
    }),
  );
});
