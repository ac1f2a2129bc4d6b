import { createAccounts, type AccountsDependencies } from '../analysis/accounts/accounts.ts';
import { createExportBundle } from '../analysis/again/bundle.ts';
import { createFollow, type FollowDependencies } from '../analysis/follow.ts';
import { createListAnalyses } from '../analysis/list-analyses.ts';
import { createBrowseDeliveries } from '../analysis/subscriptions/browse-deliveries.ts';
import { createRead, type ReadDependencies } from '../analysis/read.ts';
import { createRunsOfConfig } from '../analysis/runs-of-config.ts';
import { readVersion } from '../version.ts';

type Parts = ReadDependencies & FollowDependencies & AccountsDependencies;

/** The use cases that change nothing. */
export function createReading(parts: Parts) {
  return {
    read: createRead(parts),
    follow: createFollow(parts),
    listAnalyses: createListAnalyses(parts),
    runsOfConfig: createRunsOfConfig(parts),
    accounts: createAccounts(parts),
    browseDeliveries: createBrowseDeliveries(parts.store),
    exportBundle: createExportBundle({ store: parts.store, version: readVersion() }),
  };
}
