// The examples work as they stand: each is read here as its system reads it, and what that would send starts an analysis.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { valueAt } from '../../../src/faces/triggers/mapping/pointer.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { startStubServer, type StubServer } from '../../support/stub-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { EXAMPLE_URL } from '../gates/support/examples.ts';
import { CERTIFICATE, fixture, github, sns, TOPIC } from './support/deliveries.ts';
import { CHECKOUT } from './support/service.ts';

const text = (name: string) =>
  readFileSync(new URL(`../../../examples/triggers/${name}`, import.meta.url), 'utf8');
const JSON_TYPE = { 'content-type': 'application/json' };
const PAYLOAD = { application: 'checkout', version: 'v42', environment: 'production' };

const hasCurl = (() => {
  try {
    execFileSync('sh', ['-c', 'command -v curl && command -v openssl']);
    return true;
  } catch {
    return false;
  }
})();

describe('the examples of triggers', () => {
  const home = temporaryDirectory();
  let api: TestService;
  let amazon: StubServer;
  /** Secrets of the example, by the names of their variables. */
  const secrets = {
    GITHUB_WEBHOOK_SECRET: "It's a Secret to Everybody",
    GITLAB_WEBHOOK_TOKEN: 'secret of gitlab',
    ARGOCD_WEBHOOK_TOKEN: 'secret-of-argocd',
    FLUX_HMAC_KEY: 'secret of flux',
    SPINNAKER_WEBHOOK_PASSWORD: 'secret of spinnaker',
    JENKINS_WEBHOOK_TOKEN: 'secret-of-jenkins',
    EVENTS_TOKEN: 'secret-of-events',
    CURL_HMAC_KEY: 'secret-of-curl',
  };

  before(async () => {
    amazon = await startStubServer(({ path }) => {
      assert.equal(path, CERTIFICATE);
      return { body: fixture('sns.pem') };
    });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = join(home.path, 'github-app.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const file = join(home.path, 'canary.yaml');
    writeFileSync(file, text('canary.yaml').replace('/run/secrets/github-app.pem', key));
    api = await startTestService({
      CANARY_CONFIG: file,
      CANARY_ACCOUNTS: '[{name: prom, source: prometheus, url: "http://127.0.0.1:9"}]',
      CANARY_TRIGGERS_SNS_ORIGINS: JSON.stringify([amazon.url]),
      ...secrets,
    });
    const stored = await api.call('post', '/api/v1/configs', { body: CHECKOUT });
    assert.equal(stored.status, 201, stored.text);
  });
  after(async () => {
    await api.close();
    await amazon.close();
    home[Symbol.dispose]();
  });

  /** Sends to the address of an example; answers the analysis that was started. */
  async function send(address: string, headers: Record<string, string>, body: string) {
    assert.ok(address.startsWith(`${EXAMPLE_URL}/triggers/`), address);
    const path = address.slice(EXAMPLE_URL.length);
    const answer = await api.call('post', path, { headers, body });
    assert.deepEqual([answer.status, answer.body.created], [202, true], answer.text);
    return (await api.call('get', answer.headers['location']!)).body;
  }

  function tells(
    analysis: { scopes: Record<string, unknown>; labels: object },
    version: string,
  ): void {
    assert.equal(valueAt(analysis.scopes, '/default/baseline/scope'), 'checkout-stable');
    assert.equal(valueAt(analysis.scopes, '/default/canary/parameters/version'), version);
    assert.equal(valueAt(analysis.labels, '/environment'), 'production');
  }

  test('github.json: the hook of a repository', async () => {
    const { config, events } = JSON.parse(text('github.json')) as {
      config: { url: string; content_type: string };
      events: string[];
    };
    assert.equal(config.content_type, 'json');
    const deployment = { sha: 'a'.repeat(40), ref: 'v42.0', environment: 'production' };
    const payload = {
      action: 'created',
      deployment_status: { state: 'success' },
      deployment,
      repository: { name: 'checkout' },
    };
    const { headers, body } = github(payload, events[0]!, 'guid-1');
    tells(await send(config.url, headers, body), 'v42.0');
  });

  test('gitlab.json: the hook of a project', async () => {
    const { url, deployment_events } = JSON.parse(text('gitlab.json')) as {
      url: string;
      deployment_events: boolean;
    };
    assert.ok(deployment_events);
    const body = {
      object_kind: 'deployment',
      status: 'success',
      deployment_id: 15,
      environment: 'production',
      project: { name: 'checkout' },
      short_sha: '279484c0',
    };
    const headers = { ...JSON_TYPE, 'x-gitlab-token': secrets.GITLAB_WEBHOOK_TOKEN };
    tells(await send(url, headers, JSON.stringify(body)), '279484c0');
  });

  test("argocd.yaml: the template of Argo CD's notifications", async () => {
    const { data } = parse(text('argocd.yaml')) as { data: Record<string, string> };
    const service = parse(data['service.webhook.canary-verdict']!) as {
      url: string;
      headers: { name: string; value: string }[];
    };
    const template = parse(data['template.canary-deployed']!) as {
      webhook: Record<string, { method: string; body: string }>;
    };
    const { method, body } = template.webhook['canary-verdict']!;
    assert.equal(method, 'POST');
    const [trigger] = parse(data['trigger.on-deployed']!) as { send: string[] }[];
    assert.deepEqual(trigger!.send, ['canary-deployed']);
    const app = {
      metadata: { name: 'checkout', labels: { env: 'production' } },
      spec: { destination: { namespace: 'shop' } },
      status: {
        sync: { revision: 'b'.repeat(40) },
        summary: { images: ['registry.example/checkout:v42'] },
        operationState: { phase: 'Succeeded', finishedAt: '2026-11-30T10:00:00Z' },
      },
    };
    const headers = Object.fromEntries(
      service.headers.map(({ name, value }) => [
        name.toLowerCase(),
        value.replace('$canary-token', secrets.ARGOCD_WEBHOOK_TOKEN),
      ]),
    );
    tells(await send(service.url, headers, renderGo(body, app)), 'v42');
  });

  test("flux.yaml: a provider and an alert of Flux's notification controller", async () => {
    const [provider, alert] = parseAllDocuments(text('flux.yaml')).map(
      (document) => document.toJS() as { spec: Record<string, unknown> },
    );
    assert.equal(provider!.spec['type'], 'generic-hmac');
    const event = {
      involvedObject: { kind: 'HelmRelease', name: 'checkout', namespace: 'shop' },
      severity: alert!.spec['eventSeverity'],
      timestamp: new Date().toISOString(),
      reason: 'UpgradeSucceeded',
      metadata: {
        'helm.toolkit.fluxcd.io/revision': '42.0.0',
        ...(alert!.spec['eventMetadata'] as object),
      },
    };
    const body = JSON.stringify(event);
    const digest = createHmac('sha256', secrets.FLUX_HMAC_KEY).update(body).digest('hex');
    const headers = { ...JSON_TYPE, 'x-signature': `sha256=${digest}` };
    tells(await send(String(provider!.spec['address']), headers, body), '42.0.0');
  });

  test('spinnaker-echo.yml: an endpoint of Echo', async () => {
    const { rest } = parse(text('spinnaker-echo.yml')) as {
      rest: {
        enabled: boolean;
        endpoints: { url: string; username: string; password: string; wrap: boolean }[];
      };
    };
    const [{ url, username, password, wrap }] = rest.endpoints as [(typeof rest.endpoints)[0]];
    const shown = password.replace(
      '${SPINNAKER_WEBHOOK_PASSWORD}',
      secrets.SPINNAKER_WEBHOOK_PASSWORD,
    );
    const event = {
      details: { type: 'orca:stage:complete', application: 'checkout', created: '1796032800000' },
      content: {
        context: {
          type: 'deploy',
          account: 'production',
          'deploy.server.groups': { 'eu-west-1': ['checkout-v042'] },
        },
      },
      eventId: 'event-1',
    };
    const body = JSON.stringify(wrap ? { eventName: 'spinnaker_events', payload: event } : event);
    const credentials = Buffer.from(`${username}:${shown}`).toString('base64');
    const headers = { ...JSON_TYPE, authorization: `Basic ${credentials}` };
    tells(await send(url, headers, body), 'checkout-v042');
    const wait = { ...event, content: { context: { ...event.content.context, type: 'wait' } } };
    const path = url.slice(EXAMPLE_URL.length);
    const ignored = await api.call('post', path, {
      headers,
      body: { ...wait, eventId: 'event-2' },
    });
    assert.match(ignored.body.ignored, /\/content\/context\/type is "wait"/);
  });

  test('Jenkinsfile: a step of a pipeline', async () => {
    const file = text('Jenkinsfile');
    const [, url = ''] = /url: '([^']+)'/.exec(file) ?? [];
    const [, map = ''] = /toJson\(\[([^]*?)\n {10}\]\)/.exec(file) ?? [];
    const body = map
      .replaceAll(/\b(\w+):/g, '"$1":')
      .replaceAll('[', '{')
      .replaceAll(']', '}')
      .replaceAll("'", '"')
      .replace('env.JOB_BASE_NAME', '"checkout"')
      .replace('env.BUILD_URL', '"https://jenkins.example/job/checkout/42/"')
      .replace('env.BUILD_NUMBER as int', '42')
      .replace('params.VERSION', '"v42"')
      .replaceAll(/,(\s*})/g, '$1')
      .replace(/,\s*$/, '');
    const headers = { ...JSON_TYPE, authorization: `Bearer ${secrets.JENKINS_WEBHOOK_TOKEN}` };
    tells(await send(url, headers, `{${body.replaceAll('"https":', 'https:')}}`), 'v42');
  });

  test('codedeploy.sh: a topic of SNS', async () => {
    const file = text('codedeploy.sh');
    execFileSync('sh', ['-n'], { input: file });
    const [, topic] = /^topic=(\S+)$/m.exec(file) ?? [];
    assert.equal(topic, TOPIC);
    const [, path = ''] = /--notification-endpoint https:\/\/[^/]+(\/\S+)/.exec(file) ?? [];
    assert.match(file, /--attribute-name SignatureVersion --attribute-value 2/);
    const { headers, body } = sns(
      {
        Type: 'Notification',
        MessageId: 'm-1',
        Timestamp: new Date().toISOString(),
        Message: JSON.stringify({
          applicationName: 'checkout',
          deploymentId: 'd-42',
          deploymentGroupName: 'production',
          status: 'SUCCEEDED',
        }),
      },
      amazon.url,
    );
    tells(await send(EXAMPLE_URL + path, headers, body), 'd-42');
  });

  test('cdevents.json: an event in the binary form', async () => {
    const headers = { ...JSON_TYPE, authorization: `Bearer ${secrets.EVENTS_TOKEN}` };
    tells(await send(`${EXAMPLE_URL}/triggers/cdevents`, headers, text('cdevents.json')), 'v42');
  });

  const skip = hasCurl ? false : 'needs the Debian packages curl and openssl';
  test('curl.sh: sent twice, it is one analysis', { skip }, async () => {
    const script = text('curl.sh').replaceAll(EXAMPLE_URL, api.url);
    const env = {
      PATH: process.env['PATH'],
      APPLICATION: PAYLOAD.application,
      VERSION: PAYLOAD.version,
      RUN_ID: 'run-4711',
      CURL_HMAC_KEY: secrets.CURL_HMAC_KEY,
    };
    const run = async (changes = {}) =>
      await promisify(execFile)('sh', ['-c', script], { env: { ...env, ...changes } });
    const first = JSON.parse((await run()).stdout) as { analysis: string; created: boolean };
    const second = JSON.parse((await run()).stdout) as { analysis: string; created: boolean };
    assert.deepEqual([first.created, second], [true, { ...first, created: false }]);
    tells((await api.call('get', `/api/v1/analyses/${first.analysis}`)).body, 'v42');
    await assert.rejects(run({ CURL_HMAC_KEY: 'another', RUN_ID: 'run-2' }), { code: 22 });
  });

  test('canary.yaml: every trigger of it is one of the examples above, or the gate of GitHub', async () => {
    const { items } = (await api.call('get', '/api/v1/triggers')).body as {
      items: { name: string }[];
    };
    const { triggers } = parse(text('canary.yaml')) as { triggers: { declared: unknown[] } };
    assert.equal(items.length, triggers.declared.length);
    const list = (await api.call('get', '/api/v1/analyses?limit=200')).body.items as {
      labels: { trigger: string };
    }[];
    const used = new Set(list.map(({ labels }) => labels.trigger));
    const unused = items.map(({ name }) => name).filter((name) => !used.has(name));
    assert.deepEqual(unused, hasCurl ? ['github-gate'] : ['curl', 'github-gate']);
  });
});

/** As much of Go's templates as the example uses: a path, and `dig` with a default, both as JSON. */
function renderGo(template: string, app: object): string {
  return template.replaceAll(/\{\{(.+?) \| toJson\}\}/g, (_hole, expression: string) => {
    const [, steps, otherwise] = /^dig ((?:"\w+" )+)"(\w*)" \.app$/.exec(expression) ?? [];
    const path =
      steps === undefined ? expression.replace('.app.', '') : steps.replaceAll('"', '').trim();
    const value = valueAt(app, `/${path.split(/[. ]/).join('/')}`) ?? otherwise;
    assert.notEqual(value, undefined, expression);
    return JSON.stringify(value);
  });
}
