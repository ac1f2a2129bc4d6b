import { gatesFace, type GatesParts } from '../faces/gates/gates.ts';
import { kayentaFace, type KayentaParts } from '../faces/kayenta/kayenta.ts';
import { nativeFace, type NativeParts } from '../faces/native/native.ts';
import { operatorFace, type OperatorParts } from '../faces/operator/operator.ts';
import { pagesFace, type PagesParts } from '../faces/pages/pages.ts';
import type { Config } from '../config.ts';
import type { Face } from '../http/face.ts';
import type { AnyJudge, JudgeFactory } from '../judges/judge.ts';
import type { OutboundClient } from '../outbound/client.ts';
import type { FaceSettings } from '../settings/face-settings.ts';

/** Who may ask this service. A face is a folder of `faces/` and its name here, and goes with them. */
const FACES: readonly FaceKind[] = [nativeFace, gatesFace, pagesFace, operatorFace, kayentaFace];

export type FaceParts = NativeParts & GatesParts & PagesParts & OperatorParts & KayentaParts;

interface FaceKind {
  create(config: Config, parts: FaceParts): Face;
  /** What it adds to the configuration. */
  settings?: FaceSettings;
  /** Judges that it brings along. */
  judges?(config: Config, client: OutboundClient): readonly JudgeFactory<AnyJudge>[];
}

export const FACE_SETTINGS = FACES.flatMap(({ settings }) => settings ?? []);

export function createFaces(config: Config, parts: FaceParts): Face[] {
  return FACES.map(({ create }) => create(config, parts));
}

export function createFaceJudges(config: Config, client: OutboundClient): JudgeFactory<AnyJudge>[] {
  return FACES.flatMap(({ judges }) => judges?.(config, client) ?? []);
}
