import type { BrowseConfigs, ConfigDetail } from '../../analysis/configs/browse-configs.ts';
import type { Calibrate } from '../../analysis/learn/calibrate.ts';
import type { Plan } from '../../analysis/learn/plan.ts';
import { Fault } from '../../errors.ts';
import type { Handlers } from '../../http/operation.ts';
import { renderCalibrationPage } from '../../report/configs/calibration-page.ts';
import { renderConfigPage } from '../../report/configs/config-page.ts';
import { renderConfigsPage } from '../../report/configs/configs-page.ts';
import { renderPlanPage } from '../../report/configs/plan-page.ts';
import { page } from './page.ts';

export interface ConfigsParts {
  browseConfigs: BrowseConfigs;
  /** What keeps files of `configs.directory` from being used. */
  fileProblems(): readonly { file: string; message: string }[];
  calibrate: Calibrate;
  plan: Plan;
}

/** What is judged: all configs, one of them, and what its healthy runs teach. */
export function configsHandlers(parts: ConfigsParts): Handlers {
  const { browseConfigs, fileProblems, calibrate, plan } = parts;
  return {
    async getConfigsPage({ parameters }) {
      const found = await browseConfigs.list(parameters['after'] as string | undefined);
      return page(200, renderConfigsPage({ ...found, problems: fileProblems() }), 'form');
    },
    async getConfigPage({ parameters }) {
      const { name, left, right } = parameters as { name: string; left?: number; right?: number };
      const detail = await browseConfigs.detail(name);
      const compared = await comparedOf(detail, { left, right }, browseConfigs);
      const view = { ...detail, ...(compared === undefined ? {} : { compared }) };
      return page(200, renderConfigPage(view), 'form');
    },
    async getCalibrationPage({ parameters, signal }) {
      const config = parameters['config'] as string;
      const { document } = await browseConfigs.detail(config);
      const { judge } = document as { judge?: string };
      const own = judge === undefined ? {} : { judges: [judge] };
      try {
        const calibration = await calibrate({ config, ...own }, signal);
        return page(200, renderCalibrationPage({ config, calibration }));
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'not-enough-history') throw error;
        return page(200, renderCalibrationPage({ config, notYet: error.message }));
      }
    },
    async getPlanPage({ parameters, signal }) {
      return page(
        200,
        renderPlanPage(await plan({ config: parameters['config'] as string }, signal)),
      );
    },
  };
}

/** What was asked for, or the two newest. */
async function comparedOf(
  { name, versions }: ConfigDetail,
  asked: { left: number | undefined; right: number | undefined },
  browseConfigs: BrowseConfigs,
) {
  const right = asked.right ?? versions[0]?.version;
  const left = asked.left ?? versions[1]?.version;
  if (right === undefined || left === undefined) return undefined;
  const find = async (version: number) => {
    const found = await browseConfigs.version(name, version);
    if (found !== undefined) return found;
    throw new Fault(
      'not-found',
      `config "${name}" has no version ${version}, or it is kept no more`,
    );
  };
  return { left: await find(left), right: await find(right) };
}
