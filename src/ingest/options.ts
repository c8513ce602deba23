import { z } from 'zod';

const engine = z
	.enum(['node-av', 'ffmpeg'])
	.default('node-av')
	.describe('What decodes: node-av (FFmpeg as a library, in a child process) or ffmpeg (the program)');

const rtsp = z.strictObject({
	kind: z.literal('rtsp'),
	url: z
		.string()
		.regex(/^rtsps?:\/\//, 'expected an address that begins with rtsp:// or rtsps://')
		.describe('Address of the stream; a user name and password in it are accepted and never shown again'),
	username: z.string().optional().describe('User name, when it is not in the address'),
	passwordFile: z
		.string()
		.optional()
		.describe('File that holds the password; a bare name is looked for in $CREDENTIALS_DIRECTORY'),
	transport: z.enum(['tcp', 'udp']).default('tcp').describe('How the packets come; UDP loses some'),
	engine,
	timeoutSeconds: z
		.number()
		.min(1)
		.max(120)
		.default(8)
		.describe('Without a frame for this long the camera is taken for stalled and connected again'),
});

const file = z.strictObject({
	kind: z.literal('file'),
	path: z.string().describe('A video file'),
	pace: z
		.enum(['realtime', 'fast'])
		.default('realtime')
		.describe("At the recording's own pace, or as fast as it can be read"),
	loop: z.boolean().default(false).describe('Begin again at the end; each round is a run of its own'),
	engine,
});

const images = z.strictObject({
	kind: z.literal('images'),
	path: z.string().describe('A folder of JPEG or PNG pictures, taken in the order of their names'),
	framesPerSecond: z.number().positive().max(120).describe('How many of them were taken a second'),
	pace: z
		.enum(['realtime', 'fast'])
		.default('realtime')
		.describe("At the recording's own pace, or as fast as it can be read"),
	loop: z.boolean().default(false).describe('Begin again at the end; each round is a run of its own'),
});

/** Where a camera's pictures come from. */
export const sourceOptions = z.discriminatedUnion('kind', [rtsp, file, images]);
export type SourceOptions = z.infer<typeof sourceOptions>;
export type RtspOptions = z.infer<typeof rtsp>;
export type FileOptions = z.infer<typeof file>;
export type ImagesOptions = z.infer<typeof images>;
export type Engine = z.infer<typeof engine>;
