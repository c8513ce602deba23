import { z } from 'zod';
import { alarmOptions } from '../alarm/options.ts';
import { scheduleOptions } from '../alarm/schedule/options.ts';
import { zonesOptions } from '../alarm/zones/options.ts';
import { SIDE_MULTIPLE } from '../core/frame-size.ts';
import { type CameraId, isCameraId } from '../core/units.ts';
import { detectorOptions, masksOptions } from '../detect/options.ts';
import { standingOptions } from '../detect/standing/options.ts';
import { sourceOptions } from '../ingest/options.ts';
import { integrityOptions } from '../inspect/options.ts';
import { learningOptions } from '../learn/options.ts';
import { inferenceOptions } from '../onnx/options.ts';
import { mqttOptions } from '../publish/options.ts';
import { recordOptions } from '../record/options.ts';
import { scoreOptions } from '../score/options.ts';
import { logOptions } from '../telemetry/options.ts';
import { httpOptions } from '../web/options.ts';

const side = (name: string) =>
	z
		.number()
		.int()
		.min(64)
		.max(1024)
		.multipleOf(SIDE_MULTIPLE)
		.describe(`${name} of the picture the detector is shown, a multiple of ${SIDE_MULTIPLE}`);

const cameraOptions = z.strictObject({
	name: z.string().min(1).max(100).optional().describe('What people call it; the id where it is not given'),
	enabled: z.boolean().default(true).describe('Watch this camera'),
	source: sourceOptions.describe(
		'Where the pictures come from: an address (rtsp://…), or kind rtsp, file or images with its options',
	),
	framesPerSecond: z
		.number()
		.min(1)
		.max(30)
		.default(5)
		.describe('Pictures looked at a second; a model and a calibration hold for one rate'),
	size: z
		.union([z.literal('auto'), z.strictObject({ width: side('Width'), height: side('Height') })])
		.default('auto')
		.describe('Size the detector works at: auto takes about 256x144 pixels in the shape of the picture'),
	masks: masksOptions
		.optional()
		.describe(
			'Polygons to ignore (a clock, a tree, a road), each under a name: corners [x, y] in shares of the picture’s width and height, from its top left',
		),
	zones: zonesOptions.optional().describe('Polygons that alarms are told by, each under a name'),
	watch: z
		.enum(['everywhere', 'zones'])
		.default('everywhere')
		.describe('Where alarms may start: everywhere (that is not masked), or in zones only'),
	schedule: scheduleOptions
		.optional()
		.describe('When the camera is armed; always where it is not given. Outside those times no alarm starts'),
	detector: detectorOptions.prefault({ name: 'mnad' }).describe('How the windows are judged'),
	score: scoreOptions.prefault({}).describe('How scores are given a meaning'),
	alarm: alarmOptions.prefault({}).describe('When a score becomes an alarm'),
	standing: standingOptions
		.prefault({})
		.describe('What is told of things that came and stay, or that stood there and are gone'),
	integrity: integrityOptions
		.prefault({})
		.describe('What is told of a camera that no longer shows what it should: frozen, covered, moved and the like'),
	learning: learningOptions.prefault({}).describe('How the camera learns a model of its own'),
});

const camerasOptions = z
	.record(
		z
			.string()
			.refine(
				isCameraId,
				'expected a camera id: 1 to 63 lower-case letters, digits, - and _, beginning with a letter or digit',
			),
		cameraOptions,
	)
	.refine((cameras) => Object.keys(cameras).length > 0, 'expected at least one camera')
	.describe('The cameras, each under an id that is used in topics, metrics and paths');

/** A configuration file, the one truth about its keys, defaults and limits. */
export const configSchema = z.strictObject({
	cameras: camerasOptions,
	mqtt: mqttOptions.prefault({}).describe('The MQTT broker that alarms and states are published to'),
	http: httpOptions.prefault({}).describe('HTTP and WebSocket: health, metrics, API'),
	record: recordOptions.prefault({}).describe('What is kept, where and for how long'),
	inference: inferenceOptions.prefault({}).describe('Where networks run'),
	log: logOptions.prefault({}).describe('What is logged'),
});

/** A configuration as its file says it, defaults filled in. */
export type ConfigFile = z.infer<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;

export type CameraConfig = DeepReadonly<z.infer<typeof cameraOptions>> & {
	readonly id: CameraId;
	/** The id where the file gives none. */
	readonly name: string;
};

/** A configuration ready for use: paths are absolute, all files it names were there, nothing in it changes. */
export type Config = DeepReadonly<Omit<ConfigFile, 'cameras'>> & {
	/** In the file's order, the ones that are not enabled included. */
	readonly cameras: readonly CameraConfig[];
};

type DeepReadonly<Value> = Value extends object ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> } : Value;
