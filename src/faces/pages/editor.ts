import type { ValidateConfig } from '../../analysis/accept/check-stored-config.ts';
import type { BrowseConfigs } from '../../analysis/configs/browse-configs.ts';
import type { KeepConfigs } from '../../analysis/configs/keep-configs.ts';
import type { YamlText } from '../../contract/read-yaml.ts';
import { Fault, toFault, type Violation } from '../../errors.ts';
import type { Call, Handlers } from '../../http/operation.ts';
import { statusOf } from '../../http/problem.ts';
import type { components } from '../../openapi.d.ts';
import { FIRST_TEXT, renderEditorPage, type EditorView } from '../../report/configs/editor-page.ts';
import { yamlText } from '../../report/configs/yaml-text.ts';
import { page, seeOther } from './page.ts';

type Schemas = components['schemas'];

export interface EditorParts {
  browseConfigs: BrowseConfigs;
  keepConfigs: KeepConfigs;
  validateConfig: ValidateConfig;
  /** Throws a fault with the `place` of the mistake. */
  readYaml(text: string): YamlText;
}

interface Form {
  text: string;
  config: string;
  version: string;
}

/** Writing configs in a browser, with every mistake beside its line. */
export function editorHandlers(parts: EditorParts): Handlers {
  return {
    async getEditorPage({ parameters }) {
      const config = parameters['config'] as string;
      const empty = { text: FIRST_TEXT, config: '', version: '' };
      if (config === '') return page(200, renderEditorPage(empty), 'form');
      const { document, version, file } = await parts.browseConfigs.detail(config);
      const view = { text: yamlText(document), config, version: String(version) };
      return page(
        200,
        renderEditorPage({ ...view, ...(file === undefined ? {} : { file }) }),
        'form',
      );
    },
    saveConfig: (call) => saveConfig(call, parts),
  };
}

async function saveConfig({ body, caller }: Call, parts: EditorParts) {
  const { text, config = '', version = '', do: wanted } = body as Schemas['EditorForm'];
  const form: Form = { text: text.replaceAll('\r\n', '\n'), config, version };
  const again = (status: number, more: Partial<EditorView>) =>
    page(status, renderEditorPage({ ...form, ...more }), 'form');
  let yaml: YamlText;
  try {
    yaml = parts.readYaml(form.text);
  } catch (error) {
    return again(400, { checked: { violations: [mistakeOf(error)], warnings: [] } });
  }
  const checked = placed(await parts.validateConfig(yaml.value), yaml);
  if (wanted === 'check') return again(200, { checked });
  if (checked.violations.length > 0) return again(400, { checked });
  try {
    const document = yaml.value as Schemas['CanaryConfig']; // has passed the schema
    await store(document, form, caller, parts.keepConfigs);
    return seeOther(`/configs/${encodeURIComponent(document.name)}`);
  } catch (error) {
    const fault = toFault(error);
    const status = statusOf(fault);
    if (status >= 500) throw error;
    return again(status, { problem: fault.message });
  }
}

async function store(
  document: Schemas['CanaryConfig'],
  { config, version }: Form,
  by: string | undefined,
  keepConfigs: KeepConfigs,
): Promise<void> {
  if (config === '') await keepConfigs.create(document, by);
  else {
    const ifVersion = version === '' ? undefined : Number(version);
    await keepConfigs.replace(config, document, { by, ifVersion });
  }
}

/** Where the reader of texts gave up. */
function mistakeOf(error: unknown) {
  if (!(error instanceof Fault) || !('place' in error)) throw error;
  const { line } = error.place as { line: number };
  return { line, pointer: '', message: error.message };
}

function placed(
  { violations, warnings }: { violations: Violation[]; warnings: Violation[] },
  { placeOf }: YamlText,
) {
  const place = ({ pointer, message }: Violation) => ({
    line: placeOf(pointer).line,
    pointer,
    message,
  });
  return { violations: violations.map(place), warnings: warnings.map(place) };
}
