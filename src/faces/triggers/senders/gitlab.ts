import { firstText, textAt } from '../mapping/pointer.ts';
import { gitlabProof } from '../proofs/gitlab.ts';
import { headerOf } from '../proofs/proof.ts';
import { fieldsOf, idOf, versionOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

export function createGitlab({ now }: SenderParts): Sender {
  return {
    usualEvents: ['deployment.success'],
    prove: (_trigger, secrets) => gitlabProof(secrets, now),
    read(raw, json) {
      const kind = textAt(json, '/object_kind') ?? '';
      const status = firstText(json, '/status', '/object_attributes/status');
      return {
        event: status === undefined ? kind : `${kind}.${status}`,
        delivery:
          headerOf(raw, 'webhook-id') ??
          headerOf(raw, 'idempotency-key') ??
          headerOf(raw, 'x-gitlab-event-uuid') ??
          idOf(textAt(json, '/deployment_id'), status),
        payload: json,
        fields: fieldsOf({
          application: textAt(json, '/project/name'),
          version: versionOf(firstText(json, '/ref', '/object_attributes/ref'), commitOf(json)),
          environment: textAt(json, '/environment'),
        }),
      };
    },
  };
}

/** The documented body of a deployment has the whole commit in an address alone. */
function commitOf(json: unknown): string | undefined {
  const [, commit] = /\/commit\/([0-9a-f]{7,64})$/.exec(textAt(json, '/commit_url') ?? '') ?? [];
  return commit ?? firstText(json, '/object_attributes/sha', '/short_sha');
}
