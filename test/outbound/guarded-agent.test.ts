import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Agent } from 'undici';
import { Fault } from '../../src/errors.ts';
import { createGuardedConnector } from '../../src/outbound/guarded-agent.ts';
import { startStubServer } from '../support/stub-server.ts';

// A name that resolves to a public address when it is checked and to a private one when it is
// connected looks to the guard like an address it allows first and refuses later.
for (const scheme of ['http', 'https']) {
  test(`a ${scheme} peer that turns out to be forbidden gets no byte`, async (t) => {
    const server = await startStubServer(() => ({ body: 'inside' }));
    t.after(() => server.close());
    let asked = 0;
    const connect = createGuardedConnector(
      () => (asked++ === 0 ? undefined : 'a test'),
      undefined,
      5000,
    );
    const agent = new Agent({ connect });
    t.after(() => agent.destroy());
    await assert.rejects(
      agent.request({ origin: `${scheme}://127.0.0.1:${server.port}`, path: '/', method: 'GET' }),
      (error) => error instanceof Fault && error.code === 'address-refused',
    );
    assert.equal(asked, 2);
    assert.equal(server.connections(), 1);
    assert.equal(server.bytesRead(), 0);
  });
}
