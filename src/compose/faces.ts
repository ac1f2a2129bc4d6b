import { createKayentaFace, kayentaJudges, type KayentaParts } from '../faces/kayenta/kayenta.ts';
import { kayentaSettings } from '../faces/kayenta/settings.ts';
import { createNativeFace, type NativeParts } from '../faces/native/native.ts';
import { createOperatorFace, type OperatorParts } from '../faces/operator/operator.ts';
import { createPagesFace, type PagesParts } from '../faces/pages/pages.ts';
import type { Config } from '../config.ts';
import type { Face } from '../http/face.ts';
import type { AnyJudge, JudgeFactory } from '../judges/judge.ts';
import type { OutboundClient } from '../outbound/client.ts';
import type { FaceSettings } from '../settings/face-settings.ts';

// Who may ask this service: each face is a folder of `faces/` and its lines here, and goes with them.

export type FaceParts = NativeParts & PagesParts & OperatorParts & KayentaParts;

export function createFaces(config: Config, parts: FaceParts): Face[] {
  return [
    createNativeFace(parts),
    createPagesFace(parts),
    createOperatorFace(parts),
    createKayentaFace(config, parts),
  ];
}

/** What faces add to the configuration. */
export const FACE_SETTINGS: readonly FaceSettings[] = [kayentaSettings];

/** Judges that a face brings along. */
export function createFaceJudges(
  config: Config,
  client: OutboundClient,
): readonly JudgeFactory<AnyJudge>[] {
  return [...kayentaJudges(config, client)];
}
