import { textAt, valueAt } from '../mapping/pointer.ts';
import { hmacProof } from '../proofs/hmac.ts';
import { FIVE_MINUTES_MS } from '../proofs/time.ts';
import { fieldsOf } from './fields.ts';
import type { Sender } from './sender.ts';

/** The provider `generic-hmac` of its notification controller. */
export const flux: Sender = {
  usualEvents: ['ReconciliationSucceeded', 'InstallSucceeded', 'UpgradeSucceeded'],
  prove: (_trigger, secrets) =>
    hmacProof(
      {
        header: 'X-Signature',
        hashes: { 'sha256=': 'sha256', 'sha384=': 'sha384', 'sha512=': 'sha512' },
        encoding: 'hex',
      },
      secrets,
    ),
  maxAgeMs: FIVE_MINUTES_MS,
  read: (_raw, json) => ({
    event: textAt(json, '/reason') ?? '',
    payload: json,
    fields: fieldsOf({
      application: textAt(json, '/involvedObject/name'),
      version: versionOf(valueAt(json, '/metadata')),
      environment: textAt(json, '/metadata/env'),
    }),
    sentAt: Date.parse(textAt(json, '/timestamp') ?? ''),
  }),
};

/** `app_version`, or what stands under a key like `helm.toolkit.fluxcd.io/revision`: `1.42.0`, `main@sha1:731f7ea…`. */
function versionOf(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const app = textAt(metadata, '/app_version');
  const revision = Object.entries(metadata).find(([key]) => /(^|\/)revision$/.test(key))?.[1];
  if (app !== undefined || typeof revision !== 'string') return app;
  const [, commit] = /@sha\d+:([0-9a-f]+)$/.exec(revision) ?? [];
  return commit?.slice(0, 12) ?? revision;
}
