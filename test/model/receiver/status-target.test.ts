import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkTarget,
  resolveTarget,
  type StatusTarget,
} from '../../../src/model/receiver/status-target.ts';

const SHA = '3f2a9c1d5e7b8a90c1d2e3f4a5b6c7d8e9f0a1b2';
const fine: StatusTarget = { repository: 'acme/checkout', sha: SHA };

function problemsOf(format: 'github-status' | 'gitlab-status', changes: Partial<StatusTarget>) {
  return checkTarget(format, { ...fine, ...changes }).map(({ field }) => field);
}

test('a target is checked before any analysis is known, as far as its labels let it', () => {
  assert.deepEqual(problemsOf('github-status', {}), []);
  assert.deepEqual(problemsOf('github-status', { sha: '${labels.commit}' }), []);
  assert.deepEqual(problemsOf('github-status', { sha: '${commit}' }), ['sha']);
  assert.deepEqual(problemsOf('github-status', { sha: '3f2a9c1' }), ['sha']);
  assert.deepEqual(problemsOf('github-status', { deployment: '42' }), ['sha'], 'both');
  assert.deepEqual(
    checkTarget('github-status', { repository: 'acme/checkout' }).map(({ field }) => field),
    ['sha'],
  );
  for (const repository of ['checkout', 'a/b/c', '../user', 'a/..', 'a b/c', 'a/%2e%2e', ''])
    assert.deepEqual(problemsOf('github-status', { repository }), ['repository'], repository);
  assert.deepEqual(problemsOf('github-status', { pipeline: '1' }), ['pipeline']);
  assert.deepEqual(problemsOf('gitlab-status', { repository: 'a/b/c', pipeline: '7' }), []);
  assert.deepEqual(problemsOf('gitlab-status', { repository: '30' }), []);
  assert.deepEqual(problemsOf('gitlab-status', { deployment: '42' }), ['deployment']);
  assert.deepEqual(problemsOf('gitlab-status', { pipeline: '-1' }), ['pipeline']);
});

test('labels stand in a target only where they are what it takes', () => {
  const target: StatusTarget = {
    repository: '${labels.owner}/${labels.repo}',
    sha: '${labels.commit}',
    context: 'canary ${labels.env}',
  };
  const resolve = (labels: Record<string, string>) =>
    resolveTarget('github-status', target, { configName: 'checkout', labels });
  const labels = { owner: 'acme', repo: 'checkout', commit: SHA, env: 'prod' };
  assert.deepEqual(resolve(labels), {
    target: { repository: 'acme/checkout', sha: SHA, context: 'canary prod' },
  });
  const refused: [Record<string, string>, keyof StatusTarget][] = [
    [{ ...labels, repo: '..' }, 'repository'],
    [{ ...labels, owner: 'acme/checkout/x' }, 'repository'],
    [{ ...labels, commit: `${SHA}/../..` }, 'sha'],
    [{ ...labels, commit: 'HEAD' }, 'sha'],
    [{ owner: 'acme', repo: 'checkout', env: 'prod' }, 'sha'],
  ];
  for (const [given, field] of refused) {
    const answer = resolve(given);
    assert.equal('target' in answer ? 'resolved' : answer.field, field);
  }
  const inherited = { repository: 'a/b', sha: SHA, context: '${labels.constructor}' };
  const answer = resolveTarget('github-status', inherited, { configName: 'c', labels: {} });
  assert.ok('problem' in answer);
});

test('a label is no template of its own, and a context is the config when it is not given', () => {
  const target = { repository: 'a/b', sha: SHA, context: '${labels.a}' };
  const labels = { a: '${labels.b} $& $1', b: 'x' };
  assert.deepEqual(resolveTarget('gitlab-status', target, { configName: 'c', labels }), {
    target: { ...target, context: '${labels.b} $& $1' },
  });
  assert.deepEqual(
    resolveTarget('gitlab-status', { repository: 'a/b', sha: SHA }, { configName: 'c', labels }),
    { target: { repository: 'a/b', sha: SHA, context: 'canary/c' } },
  );
});
