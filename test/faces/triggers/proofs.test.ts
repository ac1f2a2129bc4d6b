// Signatures: what each sender has signed is taken, and nothing else is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '../../../src/errors.ts';
import { hmacProof } from '../../../src/faces/triggers/proofs/hmac.ts';
import { checkTime } from '../../../src/faces/triggers/proofs/time.ts';
import { createSenders } from '../../../src/faces/triggers/senders/registry.ts';
import type { RawDelivery, Trigger } from '../../../src/faces/triggers/trigger.ts';
import type { OutboundClient, OutboundRequest } from '../../../src/outbound/client.ts';
import { IS_LONG_FORM } from '../../support/long-form.ts';
import {
  casesOf,
  fixture,
  SECRETS,
  signStandard,
  sns,
  SIGNING_SECRET,
  TOPIC,
  type Delivery,
} from './support/deliveries.ts';

const AMAZON = 'https://sns.eu-west-1.amazonaws.com';
/** 2026-11-30T10:00:00Z, when the bodies of the fixtures were signed. */
const NOW = 1_796_032_800_000;

/** Stands for Amazon: what it was asked for, and the certificate wherever one is wanted. */
function amazon(answer = { status: 200, text: fixture('sns.pem') }) {
  const asked: string[] = [];
  const client: OutboundClient = {
    openSocket: () => assert.fail('nobody speaks another protocol'),
    request: ({ url }: OutboundRequest) => {
      asked.push(url);
      return Promise.resolve({ ...answer, headers: {}, truncated: false });
    },
    close: () => Promise.resolve(),
  };
  return { asked, client };
}

function prover(given: Partial<Trigger>, secrets: readonly string[], { client } = amazon()) {
  const trigger = { name: 'x', request: {}, ...given } as Trigger;
  const sender = createSenders({ client, snsOrigins: [], now: () => NOW })[trigger.sender];
  const prove = sender.prove(trigger, secrets);
  return async ({ headers, body }: Delivery) => {
    const raw: RawDelivery = { headers, bytes: Buffer.from(body) };
    const reach = await prove(raw);
    const { sentAt = NaN } = sender.read(raw, JSON.parse(body));
    if (sender.maxAgeMs !== undefined) checkTime(sentAt, NOW, sender.maxAgeMs);
    return reach;
  };
}

/** Whether the proof holds; anything but a refusal is a mistake of ours. */
async function isTaken(proven: Promise<unknown>): Promise<boolean> {
  try {
    await proven;
    return true;
  } catch (error) {
    assert.ok(error instanceof Fault && error.code === 'unauthorized', String(error));
    return false;
  }
}

describe('vectors that others have made', () => {
  test('github: the example of its documentation', async () => {
    const prove = hmacProof(
      { header: 'X-Hub-Signature-256', hashes: { 'sha256=': 'sha256' }, encoding: 'hex' },
      ["It's a Secret to Everybody"],
    );
    const digest = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const raw = (signature: string) => ({
      headers: { 'x-hub-signature-256': signature },
      bytes: Buffer.from('Hello, World!'),
    });
    assert.equal(await prove(raw(`sha256=${digest}`)), 'body');
    for (const other of [digest, `sha256=${digest.toUpperCase()}`, `sha1=${digest}`, `sha256=`])
      assert.equal(await isTaken(prove(raw(other))), false, other);
  });

  test('flux: digests of openssl, whichever of the three hashes the prefix names', async () => {
    const prove = prover({ sender: 'flux' }, [SECRETS['flux']!]);
    const signatures = fixture('flux.signatures').trim().split('\n');
    assert.equal(signatures.length, 3);
    for (const signature of signatures) {
      const delivery = { headers: { 'x-signature': signature }, body: fixture('flux.json') };
      assert.equal(await prove(delivery), 'body', signature);
      const [, digest = ''] = signature.split('=');
      for (const hash of ['sha1', 'md5', 'sha256', 'sha384', 'sha512']) {
        const headers = { 'x-signature': `${hash}=${digest}` };
        assert.equal(
          await isTaken(prove({ ...delivery, headers })),
          signature.startsWith(hash),
          `${hash} of ${signature}`,
        );
      }
    }
  });

  test('gitlab: a signing token by openssl, and by the library of Standard Webhooks', async () => {
    const prove = prover({ sender: 'gitlab' }, [SIGNING_SECRET]);
    const body = fixture('gitlab.json');
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1796032800',
      'webhook-signature': `v1,${fixture('gitlab.signature')}`,
    };
    assert.equal(await prove({ headers, body }), 'id and body');
    assert.deepEqual(signStandard({ id: 'msg_1', at: NOW }, body), headers);
  });

  test('standard webhooks: the example of its specification', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const trigger: Trigger = {
      name: 'x',
      sender: 'generic',
      signature: { scheme: 'standard-webhooks' },
    } as Trigger;
    const at = 1_614_265_330_000;
    const sender = createSenders({ ...amazon(), snsOrigins: [], now: () => at }).generic;
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const bytes = Buffer.from('{"test": 2432232314}');
    assert.equal(await sender.prove(trigger, [secret])({ headers, bytes }), 'id and body');
  });

  test('generic: a digest of openssl in base64', async () => {
    const signature = { scheme: 'hmac-sha256', header: 'X-Digest', encoding: 'base64' } as const;
    const prove = prover({ sender: 'generic', signature }, ['generic-secret']);
    const headers = { 'x-digest': fixture('generic.signature') };
    assert.equal(await prove({ headers, body: fixture('generic.json') }), 'body');
  });

  test('sns: a message that openssl has signed, by the certificate that it names, read once', async () => {
    const stand = amazon();
    const prove = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, [], stand);
    const delivery = { headers: {}, body: fixture('sns.json') };
    assert.equal(await prove(delivery), 'id and body');
    assert.deepEqual(stand.asked, [`${AMAZON}/SimpleNotificationService-0123456789abcdef.pem`]);
  });
});

/** Every way to sign that there is, with the parts of a delivery that are signed. */
const SIGNED: Record<string, { headers: string[] }> = {
  github: { headers: ['x-hub-signature-256'] },
  'gitlab-signing': { headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'] },
  gitlab: { headers: ['x-gitlab-token'] },
  flux: { headers: ['x-signature'] },
  generic: { headers: ['x-signature'] },
  'cdevents-structured': { headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'] },
  argocd: { headers: ['authorization'] },
  spinnaker: { headers: ['authorization'] },
  jenkins: { headers: ['authorization'] },
  cdevents: { headers: ['authorization'] },
};
/** Of each of eleven: more than 10,000 in every run, and so many of each by `npm run test:faults`. */
const RUNS = IS_LONG_FORM ? 10_000 : 1000;

/** Another text: something put in, taken out, replaced, repeated, cut or in other letters. */
function mutation(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length);
  const some = fc.string({ minLength: 1, maxLength: 4, unit: 'binary-ascii' });
  return fc
    .oneof(
      fc.tuple(place, some).map(([at, more]) => text.slice(0, at) + more + text.slice(at)),
      fc
        .tuple(place, some)
        .map(([at, other]) => text.slice(0, at) + other + text.slice(at + other.length)),
      fc
        .tuple(place, place)
        .map(([from, to]) => text.slice(0, Math.min(from, to)) + text.slice(Math.max(from, to))),
      place.map((at) => text.slice(0, at)),
      fc.constantFrom(
        text + text,
        text.toUpperCase(),
        text.toLowerCase(),
        `${text} `,
        '',
        'undefined',
      ),
      fc.string({ maxLength: 100 }),
    )
    .filter((other) => other !== text);
}

describe(`of ${RUNS} webhooks of each sender that were changed after they were signed`, () => {
  for (const [name, { headers: signed }] of Object.entries(SIGNED)) {
    test(`${name}: none is taken`, async () => {
      const { trigger, deliver } = casesOf(AMAZON)[name]!;
      const secrets = [SECRETS[trigger.secret!]!];
      const prove = prover(trigger, secrets);
      const right = deliver({ id: 'd-1', version: 'v42', counts: true, at: NOW });
      assert.equal(await isTaken(prove(right)), true);
      const isShown = (await prove(right)) === 'nothing';
      const header = fc
        .constantFrom(...signed)
        .chain((key) =>
          fc
            .option(mutation(right.headers[key]!), { freq: 20 })
            .map((text) => ({ ...right, headers: withHeader(right.headers, key, text) })),
        );
      const body = mutation(right.body).map((text) => ({ ...right, body: text }));
      // where the secret itself is shown, nothing of the body is proven
      const changed = isShown ? header : fc.oneof(header, body);
      let [tried, taken] = [0, 0];
      await fc.assert(
        fc.asyncProperty(changed, async (delivery) => {
          if (isSame(delivery, right, signed)) return;
          tried += 1;
          if (await isTaken(proveBytes(prove, delivery))) taken += 1;
        }),
        { numRuns: RUNS },
      );
      assert.equal(taken, 0);
      assert.ok(tried > 0.9 * RUNS, String(tried));
    });
  }

  test('codedeploy-sns: none is taken, and no address but those of Amazon is asked', async () => {
    const stand = amazon();
    const prove = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, [], stand);
    const { deliver } = casesOf(AMAZON)['codedeploy-sns']!;
    const right = deliver({ id: 'd-1', version: 'v42', counts: true, at: NOW });
    assert.equal(await isTaken(prove(right)), true);
    const message = JSON.parse(right.body) as Record<string, string>;
    const changed = fc
      .constantFrom(...Object.keys(message))
      .chain((key) =>
        fc
          .option(mutation(message[key]!), { freq: 20 })
          .map((text) => ({ ...message, [key]: text ?? undefined })),
      );
    let [tried, taken] = [0, 0];
    await fc.assert(
      fc.asyncProperty(changed, async (other) => {
        const delivery = { ...right, body: JSON.stringify(other) };
        // another certificate of Amazon would not have the key, which this stand-in gives out under every name
        if (other['SigningCertURL'] !== message['SigningCertURL'] && isCertificate(other)) return;
        tried += 1;
        if (await isTaken(prove(delivery))) taken += 1;
      }),
      { numRuns: RUNS },
    );
    assert.equal(taken, 0);
    assert.ok(tried > 0.9 * RUNS, String(tried));
    const foreign = stand.asked.filter(
      (url) =>
        !/^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/SimpleNotificationService-\w+\.pem$/.test(
          url,
        ),
    );
    assert.deepEqual(foreign, []);
  });
});

const isCertificate = ({ SigningCertURL: url = '' }: Record<string, string | undefined>) =>
  url.endsWith('.pem') && URL.parse(url)?.hostname.endsWith('.amazonaws.com') === true;

function withHeader(headers: Record<string, string>, key: string, text: string | null) {
  const { [key]: _, ...others } = headers;
  return text === null ? others : { ...others, [key]: text };
}

/** A change that changes nothing: a word of HTTP in other letters, or one more signature beside the right one. */
function isSame(one: Delivery, other: Delivery, signed: string[]): boolean {
  if (one.body !== other.body) return false;
  return signed.every((key) => {
    const [found, right] = [one, other].map(({ headers }) => meaningOf(headers[key])) as [
      string,
      string,
    ];
    return found === right || (key === 'webhook-signature' && found.split(' ').includes(right));
  });
}

function meaningOf(header = ''): string {
  const [, scheme = '', rest = ''] = /^(bearer|basic) +(.+)$/i.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return rest;
  if (scheme.toLowerCase() !== 'basic') return header;
  const pair = Buffer.from(rest, 'base64').toString();
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : header;
}

/** The body need not be JSON any more. */
async function proveBytes(prove: ReturnType<typeof prover>, delivery: Delivery): Promise<unknown> {
  try {
    return await prove(delivery);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error('proven, but no JSON', { cause: error });
    throw error;
  }
}

describe('what else is refused', () => {
  const cases = casesOf(AMAZON);
  const at = (name: string, when: number) => {
    const { trigger, deliver } = cases[name]!;
    const prove = prover(trigger, [SECRETS[trigger.secret ?? ''] ?? '']);
    return isTaken(prove(deliver({ id: 'd-1', version: 'v42', counts: true, at: when })));
  };

  for (const name of ['gitlab-signing', 'cdevents-structured', 'flux']) {
    test(`${name}: what was signed more than 5 minutes ago, or will be`, async () => {
      assert.equal(await at(name, NOW - 300_000), true);
      assert.equal(await at(name, NOW - 301_000), false);
      assert.equal(await at(name, NOW + 300_000), true);
      assert.equal(await at(name, NOW + 301_000), false);
    });
  }

  test('codedeploy-sns: what is older than the hour for which Amazon repeats it', async () => {
    assert.equal(await at('codedeploy-sns', NOW - 3_600_000), true);
    assert.equal(await at('codedeploy-sns', NOW - 3_601_000), false);
    assert.equal(await at('codedeploy-sns', NOW + 301_000), false);
  });

  test('gitlab: the token, where the delivery is signed and the signature is wrong', async () => {
    const { deliver } = cases['gitlab-signing']!;
    const both = prover({ sender: 'gitlab' }, [SIGNING_SECRET, 'token']);
    const right = deliver({ id: 'd-1', version: 'v42', counts: true, at: NOW });
    assert.equal(await isTaken(both(right)), true);
    const headers = { ...right.headers, 'x-gitlab-token': 'token' };
    const wrong = { ...right, headers: { ...headers, 'webhook-signature': 'v1,AAAA' } };
    assert.equal(await isTaken(both(wrong)), false);
    const unsigned = withHeader(headers, 'webhook-signature', null);
    assert.equal(await isTaken(both({ ...right, headers: unsigned })), true);
    const signedAlone = prover({ sender: 'gitlab' }, [SIGNING_SECRET]);
    const shown = { ...unsigned, 'x-gitlab-token': SIGNING_SECRET };
    assert.equal(await isTaken(signedAlone({ ...right, headers: shown })), false);
  });

  const FOREIGN = [
    'https://sns.s3.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem',
    'https://evil@sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-1.pem',
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-west-1.amazonaws.com/other.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem?x=1',
    'https://sns.eu-west-1.amazonaws.com/../SimpleNotificationService-1.pem/x',
    'http://169.254.169.254/SimpleNotificationService-1.pem',
  ];
  test('codedeploy-sns: certificates that lie elsewhere, which are not even read', async () => {
    for (const url of FOREIGN) {
      const stand = amazon();
      const prove = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, [], stand);
      const message = JSON.parse(fixture('sns.json')) as object;
      const body = JSON.stringify({ ...message, SigningCertURL: url });
      assert.equal(await isTaken(prove({ headers: {}, body })), false, url);
      assert.deepEqual(stand.asked, [], url);
    }
  });

  test('codedeploy-sns: other topics, version 1, and a certificate that is none', async () => {
    const other = prover({ sender: 'codedeploy-sns', topics: [`${TOPIC}-2`] }, []);
    const delivery = { headers: {}, body: fixture('sns.json') };
    assert.equal(await isTaken(other(delivery)), false);
    const message = JSON.parse(delivery.body) as object;
    const old = { ...delivery, body: JSON.stringify({ ...message, SignatureVersion: '1' }) };
    const prove = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, []);
    assert.equal(await isTaken(prove(old)), false);
    for (const answer of [
      { status: 404, text: '' },
      { status: 200, text: 'no certificate' },
    ]) {
      const stand = amazon(answer);
      const lost = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, [], stand);
      assert.equal(await isTaken(lost(delivery)), false);
    }
    const down = amazon({ status: 503, text: '' });
    const late = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, [], down);
    await assert.rejects(late(delivery), { code: 'source-unavailable', retryable: true });
  });

  test('several secrets are right while one replaces the other', async () => {
    for (const name of Object.keys(SIGNED)) {
      const { trigger, deliver } = cases[name]!;
      const secret = SECRETS[trigger.secret!]!;
      const other = secret.startsWith('whsec_') ? `whsec_${'A'.repeat(44)}` : 'another';
      const delivery = deliver({ id: 'd-1', version: 'v42', counts: true, at: NOW });
      assert.equal(await isTaken(prover(trigger, [other, secret])(delivery)), true, name);
      assert.equal(await isTaken(prover(trigger, [secret, other])(delivery)), true, name);
      assert.equal(await isTaken(prover(trigger, [other])(delivery)), false, name);
      assert.equal(await isTaken(prover(trigger, [])(delivery)), false, name);
    }
  });

  test('a refusal tells nothing of the secret, nor which part was wrong', async () => {
    for (const name of Object.keys(SIGNED)) {
      const { trigger, deliver } = cases[name]!;
      const secret = SECRETS[trigger.secret!]!;
      const prove = prover(trigger, [secret]);
      const { headers, body } = deliver({ id: 'd-1', version: 'v42', counts: true, at: NOW });
      const [key = ''] = SIGNED[name]!.headers.slice(-1);
      const texts = [];
      for (const text of [undefined, '', 'x', headers[key]!.slice(0, -1)]) {
        const wrong = prove({ body, headers: withHeader(headers, key, text ?? null) });
        texts.push(await wrong.then(String, (error: unknown) => (error as Fault).message));
      }
      const said = new Set(name === 'gitlab-signing' ? texts.slice(1) : texts);
      assert.equal(said.size, 1, [...said].join('\n'));
      assert.ok(![...said][0]!.includes(secret));
    }
  });

  test('sns: a subscription is signed over other fields', async () => {
    const fields = {
      Type: 'SubscriptionConfirmation',
      MessageId: 'm-1',
      Token: 'token',
      Message: 'You have chosen to subscribe',
      SubscribeURL: `${AMAZON}/?Action=ConfirmSubscription`,
      Timestamp: new Date(NOW).toISOString(),
    };
    const prove = prover({ sender: 'codedeploy-sns', topics: [TOPIC] }, []);
    const right = sns(fields, AMAZON);
    assert.equal(await isTaken(prove(right)), true);
    const message = JSON.parse(right.body) as object;
    const body = JSON.stringify({ ...message, SubscribeURL: 'https://evil.example' });
    assert.equal(await isTaken(prove({ ...right, body })), false);
  });
});
