// Statuses of commits and deployments: what GitHub and GitLab take, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { WebhookEvent } from '../../../src/model/event.ts';
import type { Verdict } from '../../../src/model/judgement/judgement.ts';
import { githubStatus } from '../../../src/webhooks/formats/github-status.ts';
import { gitlabStatus } from '../../../src/webhooks/formats/gitlab-status.ts';
import { sampleAnalysis, unjudgedAnalysis } from '../../support/analysis-sample.ts';
import { failedEvent, hostileEvent, hostileText, SHA, startedEvent } from './events.ts';

const VERDICTS: Verdict[] = ['pass', 'marginal', 'fail', 'undecided', 'nodata'];
const commit = { repository: 'acme/checkout', sha: SHA, context: 'canary/checkout' };
const deployment = { repository: 'acme/checkout', deployment: '42', context: 'unused' };
const project = { ...commit, repository: 'acme/shop/checkout' };

function github(event: WebhookEvent, target: typeof commit | typeof deployment = commit) {
  const { url, body } = githubStatus.write(event, { url: 'https://api.github.com', target })!;
  return { url, body: JSON.parse(body) as Record<string, string> };
}

function gitlab(event: WebhookEvent, target: typeof project & { pipeline?: string } = project) {
  const to = { url: 'https://gitlab.example/api/v4', target };
  const { url, body } = gitlabStatus.write(event, to)!;
  return { url, body: JSON.parse(body) as Record<string, string> };
}

const byVerdict = (verdict: Verdict) => failedEvent({ analysis: sampleAnalysis({ verdict }) });
const ends = {
  started: startedEvent(),
  cancelled: failedEvent({ analysis: unjudgedAnalysis('cancelled') }),
  failed: failedEvent({ analysis: unjudgedAnalysis('failed') }),
};

test('the status of a commit on GitHub', () => {
  assert.deepEqual(github(failedEvent()), {
    url: `https://api.github.com/repos/acme/checkout/statuses/${SHA}`,
    body: {
      state: 'failure',
      target_url: 'https://canary.example/analyses/an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
      description:
        '✖ Fail: Score 62 of 100, pass needs 95. 2 of 5 metrics got worse; latency p99 /checkout costs most: 412 ms to 533 ms.',
      context: 'canary/checkout',
    },
  });
  assert.deepEqual(
    VERDICTS.map((verdict) => github(byVerdict(verdict)).body['state']),
    ['success', 'failure', 'failure', 'error', 'error'],
  );
  assert.deepEqual(
    Object.values(ends).map((event) => github(event).body['state']),
    ['pending', 'error', 'error'],
  );
});

test('the status of a deployment on GitHub', () => {
  const { url, body } = github(failedEvent(), deployment);
  assert.equal(url, 'https://api.github.com/repos/acme/checkout/deployments/42/statuses');
  assert.deepEqual(Object.keys(body), ['state', 'log_url', 'description', 'auto_inactive']);
  assert.equal(github(ends.started, deployment).body['state'], 'in_progress');
});

test('the status of a commit on GitLab', () => {
  const { url, body } = gitlab(failedEvent(), { ...project, pipeline: '4711' });
  assert.equal(
    url,
    `https://gitlab.example/api/v4/projects/acme%2Fshop%2Fcheckout/statuses/${SHA}`,
  );
  assert.equal(body['name'], 'canary/checkout');
  assert.equal(body['pipeline_id'], 4711);
  assert.deepEqual(
    VERDICTS.map((verdict) => gitlab(byVerdict(verdict)).body['state']),
    ['success', 'failed', 'failed', 'failed', 'failed'],
  );
  assert.deepEqual(
    Object.values(ends).map((event) => gitlab(event).body['state']),
    ['running', 'canceled', 'failed'],
  );
});

test('no name breaks a limit, and none leaves its field', () => {
  fc.assert(
    fc.property(hostileEvent, hostileText, (event, context) => {
      const onGithub = github(event, { ...commit, context: context || 'c' }).body;
      assert.ok(onGithub['description']!.length <= 140);
      assert.ok(onGithub['context']!.length <= 255);
      assert.deepEqual(Object.keys(onGithub).toSorted(), [
        'context',
        'description',
        'state',
        'target_url',
      ]);
      const onGitlab = gitlab(event, { ...project, context: context || 'c' }).body;
      assert.ok(onGitlab['description']!.length <= 255);
      assert.ok(onGitlab['name']!.length <= 255);
      for (const text of [onGithub['description'], onGitlab['description']])
        assert.doesNotMatch(text!, /[\p{Cc}\u2028\u202e]/u);
    }),
  );
});

test('an address that GitLab would refuse is left out', () => {
  const links = { self: 'https://c.example/x', report: `https://c.example/${'x'.repeat(300)}` };
  const { body } = gitlab(failedEvent({ links }));
  assert.equal(body['target_url'], undefined);
});

test('tokens go where each service reads them', () => {
  assert.equal(githubStatus.headers!('t')['authorization'], 'Bearer t');
  assert.deepEqual(gitlabStatus.headers!('t'), { 'private-token': 't' });
});

test('a refusal is final, but for a limit; GitLab refuses a state that is set already', () => {
  assert.equal(githubStatus.readAnswer!(422, 'No commit found for SHA', false), 'final');
  assert.equal(githubStatus.readAnswer!(403, 'secondary rate limit', true), undefined);
  const message = '{"message":"Cannot transition status via :run from :running"}';
  assert.equal(gitlabStatus.readAnswer!(400, message, false), 'delivered');
  assert.equal(gitlabStatus.readAnswer!(400, '{"message":"state is invalid"}', false), 'final');
  assert.equal(gitlabStatus.readAnswer!(502, '', false), undefined);
});
