import type { TriggerSender } from '../trigger.ts';
import { createArgocd } from './argocd.ts';
import { createCdevents } from './cdevents.ts';
import { createCodedeploySns } from './codedeploy-sns.ts';
import { flux } from './flux.ts';
import { createGeneric } from './generic.ts';
import { github } from './github.ts';
import { createGitlab } from './gitlab.ts';
import { createJenkins } from './jenkins.ts';
import type { Sender, SenderParts } from './sender.ts';
import { createSpinnaker } from './spinnaker.ts';

export type Senders = Readonly<Record<TriggerSender, Sender>>;

export function createSenders(parts: SenderParts): Senders {
  return {
    argocd: createArgocd(parts),
    cdevents: createCdevents(parts),
    'codedeploy-sns': createCodedeploySns(parts),
    flux,
    generic: createGeneric(parts),
    github,
    gitlab: createGitlab(parts),
    jenkins: createJenkins(parts),
    spinnaker: createSpinnaker(parts),
  };
}
