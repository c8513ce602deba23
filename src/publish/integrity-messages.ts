import type { IntegrityFault, IntegrityKind, IntegrityNotice, OpenFault } from '../core/integrity.ts';
import type { UtcMs } from '../core/units.ts';
import { type CameraStateMessage, type IntegrityMessage, type IntegrityRecord, TOPIC, WIRE_VERSION } from './wire.ts';

/** What a person does first; `docs/integrity.md` says more. */
const ADVICE: { readonly [Kind in IntegrityKind]: string } = {
	frozen: 'restart the camera or what sends its stream; what it shows now is old',
	loop: 'look at what is before the camera yourself: somebody may be showing a recording',
	dark: 'switch on light or infrared, and see whether something covers the lens',
	covered: 'see what lies before the lens: a bag, paint, a spider web, frost',
	defocused: 'clean the lens and focus it; look for steam or a turned ring',
	moved: 'turn the camera back, or leave it: after a while its new view is the one that is watched',
	noise: "see to the camera's cable and power supply, and to its gain at night",
	'packet-loss': 'see to the network: cable, switch, Wi-Fi; take transport: tcp, or a lower bit rate',
	deaf: 'look at its picture, its masks and its threshold; calibrate it again on footage that is normal',
};

export function integrityMessageOf({ change, fault }: IntegrityNotice): {
	readonly topic: string;
	readonly payload: IntegrityMessage;
} {
	return {
		topic: TOPIC.integrity(fault.camera),
		payload: { v: WIRE_VERSION, event_type: change, ...integrityRecordOf(fault), replayed: false },
	};
}

/** A fault for the HTTP API, in the fields of the message. */
export function integrityRecordOf(fault: IntegrityFault): IntegrityRecord {
	const { id, camera, kind, detail } = fault;
	return {
		id,
		camera,
		kind,
		start_time: iso(fault.startedAt),
		start_time_ms: Math.round(fault.startedAt),
		end_time: fault.endedAt === null ? null : iso(fault.endedAt),
		end_time_ms: fault.endedAt === null ? null : Math.round(fault.endedAt),
		frame_time: iso(fault.frameAt),
		frame_time_ms: Math.round(fault.frameAt),
		detail,
		advice: ADVICE[kind],
	};
}

/** What is wrong now, for a camera's state. */
export function openFaultsOf(faults: readonly OpenFault[]): CameraStateMessage['integrity'] {
	return faults.map(({ kind, startedAt, detail }) => ({
		kind,
		since: iso(startedAt),
		since_ms: Math.round(startedAt),
		detail,
		advice: ADVICE[kind],
	}));
}

function iso(at: UtcMs): string {
	return new Date(Math.round(at)).toISOString();
}
