/** Network abstraction layer units of H.264 (ITU-T H.264, 7.4.1), without start codes. */
export const NAL = { idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, stapA: 24, fuA: 28 } as const;

export function nalType(nal: Uint8Array): number {
	return (nal[0] ?? 0) & 0x1f;
}

/** The units of a byte stream (Annex B): between start codes of three or four bytes. */
export function splitAnnexB(stream: Uint8Array): Uint8Array[] {
	const nals: Uint8Array[] = [];
	let begin = -1;
	for (let at = 0; at + 2 < stream.length; at++) {
		if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
		if (begin >= 0) nals.push(withoutTrailingZeros(stream.subarray(begin, at)));
		begin = at + 3;
		at += 2;
	}
	if (begin >= 0) nals.push(withoutTrailingZeros(stream.subarray(begin)));
	return nals.filter((nal) => nal.length > 0);
}

/** The units of a sample of an MP4 file, each after its length (ISO/IEC 14496-15); what is cut off is left out. */
export function splitLengthPrefixed(sample: Uint8Array, lengthBytes: number): Uint8Array[] {
	const nals: Uint8Array[] = [];
	let at = 0;
	while (at + lengthBytes <= sample.length) {
		let length = 0;
		for (let byte = 0; byte < lengthBytes; byte++) length = length * 256 + sample[at + byte]!;
		at += lengthBytes;
		if (length === 0 || at + length > sample.length) break;
		nals.push(sample.subarray(at, at + length));
		at += length;
	}
	return nals;
}

export interface ParameterSets {
	readonly sps: readonly Uint8Array[];
	readonly pps: readonly Uint8Array[];
}

/** What a container says about its H.264 stream: the parameter sets, and how long a unit's length is (0: Annex B). */
export function readExtradata(extradata: Uint8Array): ParameterSets & { readonly lengthBytes: number } {
	if (extradata[0] !== 1 || extradata.length < 7) return { ...parameterSetsOf(splitAnnexB(extradata)), lengthBytes: 0 };
	const nals: Uint8Array[] = [];
	let at = 5;
	for (const mask of [0x1f, 0xff]) {
		const count = (extradata[at++] ?? 0) & mask;
		for (let number = 0; number < count && at + 2 <= extradata.length; number++) {
			const length = extradata[at]! * 256 + extradata[at + 1]!;
			nals.push(extradata.subarray(at + 2, at + 2 + length));
			at += 2 + length;
		}
	}
	return { ...parameterSetsOf(nals), lengthBytes: (extradata[4]! & 3) + 1 };
}

export function parameterSetsOf(nals: readonly Uint8Array[]): ParameterSets {
	return {
		sps: nals.filter((nal) => nalType(nal) === NAL.sps),
		pps: nals.filter((nal) => nalType(nal) === NAL.pps),
	};
}

function withoutTrailingZeros(nal: Uint8Array): Uint8Array {
	let end = nal.length;
	while (end > 0 && nal[end - 1] === 0) end--;
	return nal.subarray(0, end);
}
