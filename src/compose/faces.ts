import { gatesFace, type GatesParts } from '../faces/gates/gates.ts';
import { kayentaFace, type KayentaParts } from '../faces/kayenta/kayenta.ts';
import { nativeFace, type NativeParts } from '../faces/native/native.ts';
import { otlpFace, type OtlpParts } from '../faces/otlp/otlp.ts';
import { operatorFace, type OperatorParts } from '../faces/operator/operator.ts';
import { pagesFace, type PagesParts } from '../faces/pages/pages.ts';
import { triggersFace, type TriggersParts } from '../faces/triggers/triggers.ts';
import type { Config } from '../config.ts';
import type { Contract } from '../contract/contract.ts';
import type { Face } from '../http/face.ts';
import type { Handlers } from '../http/operation.ts';
import type { AnyJudge, JudgeFactory } from '../judges/judge.ts';
import type { OutboundClient } from '../outbound/client.ts';
import type { FaceSettings } from '../settings/face-settings.ts';
import type { Store } from '../store/store.ts';
import type { Carrier } from '../webhooks/sender.ts';
import type { Role } from './roles.ts';

/** Who may ask this service. A face is a folder of `faces/` and its name here, and goes with them. */
const FACES: readonly FaceKind[] = [
  nativeFace,
  gatesFace,
  triggersFace,
  otlpFace,
  pagesFace,
  operatorFace,
  kayentaFace,
];

export type FaceParts = NativeParts &
  GatesParts &
  TriggersParts &
  OtlpParts &
  PagesParts &
  OperatorParts &
  KayentaParts;

/** What a face may use to send a delivery in a way of its own. */
interface CarrierParts {
  client: OutboundClient;
  store: Store;
  now(): number;
}

interface FaceKind {
  create(config: Config, parts: FaceParts): Face;
  /** What it adds to the configuration. */
  settings?: FaceSettings;
  /** Judges that it brings along. */
  judges?(config: Config, client: OutboundClient): readonly JudgeFactory<AnyJudge>[];
  /** How it sends what is none of our signed events, by the name in place of a secret. */
  carriers?(config: Config, parts: CarrierParts): readonly [string, Carrier][];
}

export const FACE_SETTINGS = FACES.flatMap(({ settings }) => settings ?? []);

/** A worker answers only who operates it. */
export function createFaces(config: Config, parts: FaceParts, role: Role): Face[] {
  const kinds = role === 'worker' ? [operatorFace] : FACES;
  return kinds.map(({ create }) => create(config, parts));
}

/** The part of the contract that these faces keep. */
export function servedBy(faces: readonly Face[], contract: Contract): Contract {
  const handlers = Object.assign({}, ...faces.map((face) => face.handlers)) as Handlers;
  const operations = contract.operations.filter(({ id }) => Object.hasOwn(handlers, id));
  return faces.length < FACES.length ? { ...contract, operations } : contract;
}

export function createFaceJudges(config: Config, client: OutboundClient): JudgeFactory<AnyJudge>[] {
  return FACES.flatMap(({ judges }) => judges?.(config, client) ?? []);
}

export function createFaceCarriers(config: Config, parts: CarrierParts): Map<string, Carrier> {
  return new Map(FACES.flatMap(({ carriers }) => carriers?.(config, parts) ?? []));
}
