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
	caFile: z
		.string()
		.optional()
		.describe(
			'For rtsps://: file with the certificates (PEM) of which one must have signed that of the camera, or be it. Without it any certificate is taken, as most cameras sign their own. Not with engine: ffmpeg',
		),
	transport: z.enum(['tcp', 'udp']).default('tcp').describe('How the packets come; UDP loses some'),
	engine,
	timeoutSeconds: z
		.number()
		.min(1)
		.max(120)
		.default(8)
		.describe('Without a frame for this long the camera is taken for stalled and connected again'),
});

const pace = z
	.enum(['realtime', 'fast'])
	.default('realtime')
	.describe("At the recording's own pace, or as fast as it can be read");
const loop = z.boolean().default(false).describe('Begin again at the end; each round is a run of its own');

const file = z.strictObject({
	kind: z.literal('file'),
	path: z.string().describe('A video file'),
	pace,
	loop,
	engine,
});

const images = z.strictObject({
	kind: z.literal('images'),
	path: z.string().describe('A folder of JPEG or PNG pictures, taken in the order of their names'),
	framesPerSecond: z.number().positive().max(120).describe('How many of them were taken a second'),
	pace,
	loop,
});

/**
 * Options that are each allowed and together would not be encrypted as a person expects; null when there are none.
 * FFmpeg's RTSP client encrypts over TCP only, and as a program (before version 7 at least) it forgets about certificates.
 */
export function encryptionFault({
	url,
	caFile,
	transport,
	engine,
}: RtspOptions): { readonly key: 'caFile' | 'transport'; readonly message: string } | null {
	const isEncrypted = url.startsWith('rtsps:');
	if (isEncrypted && transport === 'udp') return { key: 'transport', message: 'rtsps:// goes over tcp: wanted tcp' };
	if (caFile === undefined) return null;
	if (!isEncrypted) return { key: 'caFile', message: 'the address is not encrypted: wanted rtsps:// with a caFile' };
	if (engine === 'ffmpeg') {
		return { key: 'caFile', message: 'the engine ffmpeg cannot check certificates: wanted engine: node-av' };
	}
	return null;
}

/** Where a camera's pictures come from. */
export const sourceOptions = z.discriminatedUnion('kind', [rtsp, file, images]);
export type SourceOptions = z.infer<typeof sourceOptions>;
export type RtspOptions = z.infer<typeof rtsp>;
export type FileOptions = z.infer<typeof file>;
export type ImagesOptions = z.infer<typeof images>;
export type Engine = z.infer<typeof engine>;
