// Webhooks as their senders make them: bodies of their documentation, signed here by none of our code.
import { createHmac, createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import type { Trigger, TriggerSender } from '../../../../src/faces/triggers/trigger.ts';

export interface Delivery {
  headers: Record<string, string>;
  body: string;
}

/** What a deployment is that a webhook tells of. */
export interface Deployment {
  /** The sender's id of this delivery. */
  id: string;
  version: string;
  /** Whether it is an event that counts. */
  counts: boolean;
  at: number;
}

/** One sender: its trigger, and its webhooks. */
export interface Case {
  trigger: Pick<Trigger, 'sender' | 'secret' | 'topics' | 'signature'>;
  deliver(deployment: Deployment): Delivery;
  /** The version that the webhook above tells. */
  versionOf(deployment: Deployment): string;
  /** The fields in which it is told, where the sender's payloads have them. */
  fields: { application: string; environment?: string };
}

export const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/triggers/${name}`, import.meta.url), 'utf8');

export const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;
export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:deployments';
export const CERTIFICATE = '/SimpleNotificationService-0123456789abcdef.pem';

/** Secrets of the service under test, by the names that its triggers give. */
export const SECRETS: Record<string, string> = {
  github: "It's a Secret to Everybody",
  gitlab: 'shown to GitLab alone',
  signing: SIGNING_SECRET,
  flux: 'flux-secret',
  shared: 'shared-secret',
};

const JSON_TYPE = { 'content-type': 'application/json' };
const commitOf = (version: string) => Buffer.from(version).toString('hex').padEnd(40, '0');
const instant = (at: number) => new Date(at).toISOString();
const bearer = { authorization: `Bearer ${SECRETS['shared']}` };
const hmac = (secret: string, body: string) => createHmac('sha256', secret).update(body);

export function signStandard({ id, at }: Pick<Deployment, 'id' | 'at'>, body: string) {
  const signature = new Webhook(SIGNING_SECRET).sign(id, new Date(at), body);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signature,
  };
}

export function github(payload: object, event: string, id: string): Delivery {
  const body = JSON.stringify(payload);
  const signature = `sha256=${hmac(SECRETS['github']!, body).digest('hex')}`;
  return {
    body,
    headers: {
      ...JSON_TYPE,
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': signature,
    },
  };
}

/** A message of SNS as Amazon signs it, or a stand-in at `origin`. */
export function sns(fields: Record<string, string>, origin: string): Delivery {
  const message: Record<string, string> = { TopicArn: TOPIC, ...fields };
  const isNotification = message['Type'] === 'Notification';
  const keys = isNotification
    ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
    : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = keys.filter((key) => message[key] !== undefined);
  const text = signed.map((key) => `${key}\n${message[key]}\n`).join('');
  const Signature = createSign('RSA-SHA256').update(text).sign(fixture('sns.key'), 'base64');
  const whole = {
    ...message,
    SignatureVersion: '2',
    Signature,
    SigningCertURL: `${origin}${CERTIFICATE}`,
  };
  return {
    body: JSON.stringify(whole),
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': String(message['Type']),
    },
  };
}

const gitlabBody = ({ version, counts, at }: Deployment) => ({
  object_kind: 'deployment',
  status: counts ? 'success' : 'running',
  status_changed_at: instant(at),
  deployment_id: 15,
  environment: 'production',
  project: { id: 30, name: 'checkout', path_with_namespace: 'acme/checkout' },
  short_sha: commitOf(version).slice(0, 8),
  commit_url: `https://gitlab.example/acme/checkout/-/commit/${commitOf(version)}`,
});

const cdevent = ({ id, version, counts, at }: Deployment) => ({
  context: {
    specversion: '0.5.0',
    id,
    source: '/argo/prod',
    type: `dev.cdevents.service.${counts ? 'upgraded' : 'removed'}.0.3.0`,
    timestamp: instant(at),
  },
  subject: {
    id: 'checkout',
    content: {
      environment: { id: 'production' },
      artifactId: `pkg:oci/checkout@sha256%3A0b31b1c0?tag=${version}`,
    },
  },
});

/** Each sender by name; `gitlab-signing` is GitLab with a signing token, `snsOrigin` where certificates of SNS lie. */
export function casesOf(snsOrigin: string): Record<string, Case> {
  const short = ({ version }: Deployment) => commitOf(version).slice(0, 12);
  const plain = ({ version }: Deployment) => version;
  const shared = (sender: TriggerSender) => ({ sender, secret: 'shared' });
  return {
    github: {
      trigger: { sender: 'github', secret: 'github' },
      fields: { application: 'checkout', environment: 'production' },
      versionOf: short,
      deliver: ({ id, version, counts, at }) =>
        github(
          {
            action: 'created',
            deployment_status: { id: at, state: counts ? 'success' : 'pending' },
            deployment: {
              id: 1,
              sha: commitOf(version),
              ref: 'main',
              environment: 'production',
              payload: JSON.stringify({ service: 'checkout', delivery: id }),
            },
            repository: { full_name: 'acme/shop', name: 'shop' },
          },
          'deployment_status',
          id,
        ),
    },
    gitlab: {
      trigger: { sender: 'gitlab', secret: 'gitlab' },
      fields: { application: 'checkout', environment: 'production' },
      versionOf: short,
      deliver: (deployment) => ({
        body: JSON.stringify(gitlabBody(deployment)),
        headers: {
          ...JSON_TYPE,
          'x-gitlab-event': 'Deployment Hook',
          'x-gitlab-token': SECRETS['gitlab']!,
          'idempotency-key': deployment.id,
        },
      }),
    },
    'gitlab-signing': {
      trigger: { sender: 'gitlab', secret: 'signing' },
      fields: { application: 'checkout', environment: 'production' },
      versionOf: short,
      deliver(deployment) {
        const body = JSON.stringify(gitlabBody(deployment));
        return { body, headers: { ...JSON_TYPE, ...signStandard(deployment, body) } };
      },
    },
    argocd: {
      trigger: shared('argocd'),
      fields: { application: 'checkout', environment: 'production' },
      versionOf: plain,
      deliver: ({ id, version, counts, at }) => ({
        body: JSON.stringify({
          application: 'checkout',
          namespace: 'shop',
          revision: commitOf(id),
          images: [`registry.example:5000/shop/checkout:${version}`],
          environment: 'production',
          phase: counts ? 'Succeeded' : 'Failed',
          finishedAt: instant(at),
        }),
        headers: { ...JSON_TYPE, ...bearer },
      }),
    },
    flux: {
      trigger: { sender: 'flux', secret: 'flux' },
      fields: { application: 'checkout', environment: 'production' },
      versionOf: plain,
      deliver({ id, version, counts, at }) {
        const body = JSON.stringify({
          involvedObject: { kind: 'HelmRelease', name: 'checkout', namespace: 'shop', uid: id },
          severity: 'info',
          timestamp: instant(at),
          reason: counts ? 'UpgradeSucceeded' : 'Progressing',
          metadata: { 'helm.toolkit.fluxcd.io/revision': version, env: 'production' },
        });
        const signature = `sha256=${hmac(SECRETS['flux']!, body).digest('hex')}`;
        return {
          body,
          headers: { ...JSON_TYPE, 'gotk-component': 'helm-controller', 'x-signature': signature },
        };
      },
    },
    spinnaker: {
      trigger: shared('spinnaker'),
      fields: { application: 'checkout', environment: 'prod-account' },
      versionOf: plain,
      deliver: ({ id, version, counts, at }) => ({
        body: JSON.stringify({
          eventName: 'spinnaker_events',
          payload: {
            details: {
              source: 'orca',
              type: `orca:stage:${counts ? 'complete' : 'starting'}`,
              application: 'checkout',
              created: String(at),
            },
            content: {
              context: {
                account: 'prod-account',
                'deploy.server.groups': { 'eu-west-1': [version] },
              },
            },
            eventId: id,
          },
        }),
        headers: {
          ...JSON_TYPE,
          authorization: `Basic ${Buffer.from(`echo:${SECRETS['shared']}`).toString('base64')}`,
        },
      }),
    },
    jenkins: {
      trigger: shared('jenkins'),
      fields: { application: 'checkout', environment: 'production' },
      versionOf: plain,
      deliver: ({ id, version, counts }) => ({
        body: JSON.stringify({
          name: 'checkout',
          url: 'job/checkout/',
          build: {
            full_url: `https://jenkins.example/job/checkout/${id}/`,
            number: 42,
            phase: counts ? 'FINALIZED' : 'STARTED',
            status: counts ? 'SUCCESS' : undefined,
            parameters: { ENV: 'production', VERSION: version },
          },
        }),
        headers: { ...JSON_TYPE, ...bearer },
      }),
    },
    'codedeploy-sns': {
      trigger: { sender: 'codedeploy-sns', topics: [TOPIC] },
      fields: { application: 'checkout', environment: 'prod' },
      versionOf: plain,
      deliver: ({ id, version, counts, at }) =>
        sns(
          {
            Type: 'Notification',
            MessageId: id,
            Subject: 'deployment',
            Timestamp: instant(at),
            Message: JSON.stringify({
              applicationName: 'checkout',
              deploymentId: version,
              deploymentGroupName: 'prod',
              status: counts ? 'SUCCEEDED' : 'CREATED',
            }),
          },
          snsOrigin,
        ),
    },
    cdevents: {
      trigger: shared('cdevents'),
      fields: { application: 'checkout', environment: 'production' },
      versionOf: plain,
      deliver: (deployment) => ({
        body: JSON.stringify(cdevent(deployment)),
        headers: {
          ...JSON_TYPE,
          ...bearer,
          'ce-specversion': '1.0',
          'ce-id': deployment.id,
          'ce-source': '/argo/prod',
          'ce-type': cdevent(deployment).context.type,
        },
      }),
    },
    'cdevents-structured': {
      trigger: {
        ...shared('cdevents'),
        secret: 'signing',
        signature: { scheme: 'standard-webhooks' },
      },
      fields: { application: 'checkout', environment: 'production' },
      versionOf: plain,
      deliver(deployment) {
        const data = cdevent(deployment);
        const { id, source, type } = data.context;
        const body = JSON.stringify({ specversion: '1.0', id, source, type, data });
        const headers = { 'content-type': 'application/cloudevents+json' };
        return { body, headers: { ...headers, ...signStandard(deployment, body) } };
      },
    },
    generic: {
      trigger: {
        ...shared('generic'),
        signature: {
          scheme: 'hmac-sha256',
          header: 'X-Signature',
          prefix: 'v0=',
          encoding: 'base64',
        },
      },
      fields: { application: 'checkout', environment: 'production' },
      versionOf: plain,
      deliver({ id, version, at }) {
        const body = JSON.stringify({
          application: 'checkout',
          version,
          environment: 'production',
          at,
        });
        const digest = hmac(SECRETS['shared']!, body).digest('base64');
        return {
          body,
          headers: { ...JSON_TYPE, 'idempotency-key': id, 'x-signature': `v0=${digest}` },
        };
      },
    },
  };
}
