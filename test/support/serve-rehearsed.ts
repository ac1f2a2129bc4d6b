// `canary serve` with shorter minutes, for tests that kill a process in the middle of a standalone analysis.
import { createService } from '../../src/compose.ts';
import { FACE_SETTINGS } from '../../src/compose/faces.ts';
import { loadConfig } from '../../src/config.ts';
import { createTelemetry } from '../../src/telemetry.ts';

const config = loadConfig({ faces: FACE_SETTINGS, env: process.env });
const telemetry = createTelemetry({ level: config.log.level });
const minuteMs = Number(process.env['REHEARSED_MINUTE_MS']);
const service = await createService(config, telemetry, { minuteMs });
const { url } = await service.start();
process.stdout.write(`canary-verdict listens on ${url}\n`);
