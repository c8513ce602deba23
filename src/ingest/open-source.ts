import type { Engine } from './engine.ts';
import { readWithFfmpeg } from './ffmpeg/engine.ts';
import { imagesSource } from './images-source.ts';
import { readWithNodeAv } from './node-av/engine.ts';
import type { Engine as EngineName } from './options.ts';
import { recordingSource } from './recording-source.ts';
import { rtspSource } from './rtsp-source.ts';
import type { OpenSource } from './source.ts';

export const openSource: OpenSource = (request, context) => {
	const { source } = request;
	switch (source.kind) {
		case 'rtsp':
			return rtspSource(request, source, engineOf(source.engine), context);
		case 'file':
			return recordingSource(request, source, engineOf(source.engine), context);
		case 'images':
			return imagesSource(request, source, context);
		default:
			return source satisfies never;
	}
};

function engineOf(name: EngineName): Engine {
	switch (name) {
		case 'node-av':
			return readWithNodeAv;
		case 'ffmpeg':
			return readWithFfmpeg;
		default:
			return name satisfies never;
	}
}
