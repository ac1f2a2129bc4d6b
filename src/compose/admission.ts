import type { Config } from '../config.ts';
import { createAdmission, type Admit } from '../http/admission/admission.ts';
import { createCallLimits, type CreateCounter } from '../http/admission/call-limits.ts';
import { createHostCheck } from '../http/admission/known-hosts.ts';
import { createOriginCheck } from '../http/admission/origins.ts';
import { createReportLinks } from '../http/admission/report-links.ts';
import { createSessions, type Sessions } from '../http/admission/sessions.ts';
import { createSigner, keptSecret } from '../http/admission/signing-key.ts';
import { createTokens, type Tokens } from '../http/admission/tokens.ts';

export interface Door {
  admit: Admit;
  tokens: Tokens;
  sessions: Sessions;
  /** The address of a report as an event tells it: signed where reports want a token. */
  shareReport(url: string): string;
}

/** Who may come in, by the configuration; the data directory must be there. */
export function createDoor(
  { server, limits, data }: Config,
  { counter, now }: { counter?: CreateCounter | undefined; now: () => number },
): Door {
  const tokens = createTokens(server.tokens);
  // nothing is ever signed where no token is wanted
  const secret = tokens.isOpen ? '' : (server.signingSecret ?? keptSecret(data.directory));
  const sessions = createSessions({
    tokens,
    signer: createSigner(secret, 'session'),
    lifetimeMs: server.sessionLifetimeMs,
    isSecure: server.publicUrl?.startsWith('https:') === true,
    now,
  });
  const links = createReportLinks({
    signer: createSigner(secret, 'report-link'),
    lifetimeMs: server.reportLinkLifetimeMs,
    now,
  });
  const admit = createAdmission({
    tokens,
    sessions,
    links,
    limits: createCallLimits({
      perMinute: limits.requestsPerMinute,
      atOnce: limits.concurrentRequests,
      counter,
    }),
    checkHost: createHostCheck(server),
    checkOrigin: createOriginCheck({ origins: server.cors.origins, publicUrl: server.publicUrl }),
  });
  return {
    admit,
    tokens,
    sessions,
    shareReport: (url) => (tokens.isOpen ? url : links.sign(url)),
  };
}
