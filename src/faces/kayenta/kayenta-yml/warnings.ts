import { isEnabled, readStores, STORES } from './sections.ts';
import type { SpringProperties } from './spring-properties.ts';
import { VENDORS } from './vendors.ts';

/** Switches of those stores. */
const STORE_SWITCHES = ['s3', 'gcs', 'blobs', 'sql'];

/** What is switched off there is no loss here; the rest of what was not read is named, by section. */
export function listKayentaYmlWarnings(properties: SpringProperties): string[] {
  const warnings = [
    ...properties.profiles.map(
      (name) => `the part for profile "${name}" is left out: none is active`,
    ),
    ...warnAboutPrometheus(properties),
    ...warnAboutStackdriver(properties),
    ...STORES.flatMap((section) => warnAboutStores(properties, section)),
    ...warnAboutUnread(properties),
  ];
  return warnings.map((line) => `kayenta.yml: ${line}`);
}

function warnAboutPrometheus(properties: SpringProperties): string[] {
  const section = 'kayenta.prometheus';
  if (isEnabled(properties, 'prometheus')) return [];
  const names = accountNames(properties, 'prometheus');
  properties.pass(section);
  if (names === '') return [];
  return [`"${section}" is not enabled there, so ${names} cannot be used: set ${section}.enabled`];
}

function warnAboutStores(properties: SpringProperties, section: string): string[] {
  const names = readStores(properties, section).map(({ name }) => `"${name}"`);
  properties.pass(`kayenta.${section}`);
  for (const name of STORE_SWITCHES) properties.pass(`kayenta.${name}`);
  if (names.length === 0) return [];
  return [
    `"kayenta.${section}": ${names.join(', ')} mean this service's own store; "canary import kayenta" brings what theirs hold`,
  ];
}

/** Its accounts are those of `google`, as far as they have a key. */
function warnAboutStackdriver(properties: SpringProperties): string[] {
  if (!isEnabled(properties, 'stackdriver') || !isEnabled(properties, 'google')) return [];
  return properties
    .items('kayenta.google.accounts')
    .filter((key) => properties.texts(`${key}.supportedTypes`).includes('METRICS_STORE'))
    .filter((key) => properties.text(`${key}.jsonPath`) === undefined)
    .map(
      (key) =>
        `"${key}" has no jsonPath, so "${properties.text(`${key}.name`) ?? ''}" has no metrics: only the key of a service account is supported`,
    );
}

function accountNames(properties: SpringProperties, section: string): string {
  return properties
    .items(`kayenta.${section}.accounts`)
    .map((key) => `"${properties.text(`${key}.name`) ?? ''}"`)
    .join(', ');
}

/** One line a section: its name when nothing of it was read, else the keys. */
function warnAboutUnread(properties: SpringProperties): string[] {
  const bySection = Map.groupBy(properties.unread(), sectionOf);
  return [...bySection].map(([section, keys]) => {
    const isPartlyRead = PARTLY_READ.includes(section.toLowerCase().replaceAll(/[-_]/g, ''));
    const listed = keys.map((key) => key.slice(section.length + 1)).join(', ');
    return isPartlyRead
      ? `"${section}" has keys without effect here: ${listed}`
      : `"${section}" has no effect here`;
  });
}

const PARTLY_READ = [
  'server',
  'kayenta.prometheus',
  ...VENDORS.map(({ section }) => `kayenta.${section}`),
  'kayenta.metrics',
  'kayenta.remotejudge',
  'kayenta.standalonecanaryanalysis',
];

function sectionOf(key: string): string {
  const [top = '', second] = key.split(/[.[]/);
  return top.toLowerCase() === 'kayenta' && second !== undefined ? `${top}.${second}` : top;
}
