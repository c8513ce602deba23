import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Size } from '../../core/frame.ts';
import { detectorSize, SIDE_MULTIPLE } from '../../core/frame-size.ts';
import type { StreamRequest } from '../engine.ts';
import { isEncrypted } from '../stream-address.ts';

/**
 * The program of the optional peer `ffmpeg-static`, if that is there with its binary; else the system's. At least 5.1.
 * @param from A file whose `node_modules` are looked through, upwards.
 */
export function ffmpegProgram(from: string = fileURLToPath(import.meta.url)): string {
	try {
		const packaged: unknown = createRequire(from)('ffmpeg-static');
		if (typeof packaged === 'string' && existsSync(packaged)) return packaged;
	} catch {
		// Not installed.
	}
	return 'ffmpeg';
}

/**
 * Every frame as luma in Matroska on standard output, since a raw pipe would carry no time; every frame's own size and
 * kind on standard error. A camera's address is read from standard input: argv can be read by everybody.
 */
export function ffmpegArguments({ input, size }: StreamRequest): readonly string[] {
	const source =
		input.kind === 'file'
			? ['-i', `file:${input.path}`]
			: [
					...['-fflags', 'nobuffer', '-probesize', '32', '-analyzeduration', '0'],
					...['-f', 'concat', '-safe', '0'],
					...['-protocol_whitelist', 'pipe,fd,rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto'],
					...['-i', 'pipe:0'],
				];
	const filter = `showinfo=checksum=0,scale=${scaleSize(size)}:flags=area:out_range=full,format=gray`;
	return [
		...['-hide_banner', '-nostats', '-loglevel', 'level+info', '-copyts'],
		...['-threads', '1', '-flags', 'output_corrupt'],
		...source,
		...['-map', '0:v:0', '-vf', filter, '-fps_mode', 'passthrough', '-c:v', 'rawvideo'],
		...['-flush_packets', '1', '-f', 'matroska', 'pipe:1'],
	];
}

/** What goes to standard input: a play list of one camera. */
export function ffmpegInput({ input }: StreamRequest): string {
	if (input.kind === 'file') return '';
	// Quotes end at the next one and cannot be escaped inside; the address is escaped, so it has none.
	return [
		'ffconcat version 1.0',
		`file '${input.address.replaceAll("'", '%27')}'`,
		`option rtsp_transport ${input.transport}`,
		'option allowed_media_types video',
		`option timeout ${Math.round(input.timeoutSeconds * 1.5e6)}`,
		'option max_delay 200000',
		'option reorder_queue_size 100',
		// Newer versions check certificates unless told.
		...(isEncrypted(input) ? ['option tls_verify 0'] : []),
		'',
	].join('\n');
}

function scaleSize(size: Size | 'auto'): string {
	if (size !== 'auto') return `${size.width}:${size.height}`;
	return `'${detectorSizeExpression('width')}':'${detectorSizeExpression('height')}'`;
}

/**
 * `detectorSize` as an expression of FFmpeg in `dar`, the display aspect ratio: the picture's shape is known only to the
 * program that decodes it, and a second connection to ask for it would be one too many for some cameras.
 */
export function detectorSizeExpression(side: 'width' | 'height'): string {
	return choice(detectorSizes(), side);
}

/** A balanced tree, since FFmpeg bounds the depth of an expression. */
function choice(sizes: readonly Size[], side: 'width' | 'height'): string {
	const middle = sizes.length >> 1;
	const [below, above] = [sizes[middle - 1], sizes[middle]];
	if (below === undefined || above === undefined) return String(sizes[0]?.[side]);
	const boundary = Math.sqrt((below.width / below.height) * (above.width / above.height));
	return `if(lt(dar,${boundary.toFixed(9)}),${choice(sizes.slice(0, middle), side)},${choice(sizes.slice(middle), side)})`;
}

/** Every size that `detectorSize` gives, by aspect ratio. */
function detectorSizes(): readonly Size[] {
	const sizes = new Map<string, Size>();
	for (let width = SIDE_MULTIPLE; width <= 1024; width += SIDE_MULTIPLE) {
		for (let height = SIDE_MULTIPLE; height <= 1024; height += SIDE_MULTIPLE) {
			if (width / height < 0.11 || width / height > 9.9) continue;
			const size = detectorSize(width / height);
			sizes.set(`${size.width}x${size.height}`, size);
		}
	}
	return [...sizes.values()].sort((a, b) => a.width / a.height - b.width / b.height);
}
