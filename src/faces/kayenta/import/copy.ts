import { countItem, emptyCounts, renderCounts, type Failure } from './counts.ts';
import { listDirectory } from './directory.ts';
import { createKayentaCaller } from './http.ts';
import { KINDS } from './item.ts';
import { listService } from './service.ts';
import { createTarget } from './target.ts';

interface Server {
  server: string;
  token: string | undefined;
}

/** Copies a Kayenta, or a folder of its objects, into a running service, and tells how it went. */
export async function copyKayenta(job: {
  from: { folder: string } | Server;
  to: Server;
  overwrite: boolean;
}): Promise<{ report: string; isWhole: boolean }> {
  const { from, to, overwrite } = job;
  const target = createTarget(createKayentaCaller(to), overwrite);
  const failures: Failure[] = [];
  const counts = emptyCounts(KINDS);
  const items =
    'folder' in from ? listDirectory(from.folder) : listService(createKayentaCaller(from));
  for await (const item of items) await countItem(item, target, { counts, failures });
  return { report: renderCounts(counts, failures), isWhole: failures.length === 0 };
}
