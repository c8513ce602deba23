import { CLOTHES_ABOVE, CLOTHES_BELOW, HAIR, type Paint, SKIN, scaled } from './colour.ts';
import { limb, type Part, type Place, placeOf, type Stance } from './parts.ts';

/** What a person looks like; drawn once and worn for life. */
export interface Looks {
	/** Metres. */
	readonly height: number;
	/** 1 is average. */
	readonly girth: number;
	readonly above: Paint;
	readonly below: Paint;
	readonly skin: Paint;
	readonly hair: Paint;
	readonly coat: boolean;
	readonly backpack: Paint | null;
}

export interface Gait {
	/** Metres walked since anything: decides where the legs are. */
	readonly distance: number;
	/** 0 stands, 1 walks. */
	readonly pace: number;
	readonly running: boolean;
	/** Metres of height lost by bending down, 0 upright. */
	readonly stoop?: number;
}

export function looksOf(random: () => number): Looks {
	const pick = <Thing>(things: readonly Thing[]) => things[Math.floor(random() * things.length)]!;
	const child = random() < 0.06;
	return {
		height: child ? 1.15 + 0.25 * random() : 1.56 + 0.34 * random(),
		girth: 0.88 + 0.3 * random(),
		above: pick(CLOTHES_ABOVE),
		below: pick(CLOTHES_BELOW),
		skin: pick(SKIN),
		hair: pick(HAIR),
		coat: random() < 0.18,
		backpack: random() < 0.28 ? pick(CLOTHES_ABOVE) : null,
	};
}

const STRIDE = { walking: 0.82, running: 1.45 } as const;

/** A person in mid-step. Proportions by height: hip .53, shoulder .82, thigh .245, shin .245, arm .17 and .16. */
export function figure(looks: Looks, gait: Gait, stance: Stance): Part[] {
	const { height, girth } = looks;
	const place = placeOf(stance);
	const stride = (gait.running ? STRIDE.running : STRIDE.walking) * height;
	const phase = (2 * Math.PI * gait.distance) / stride;
	const legs = [0, Math.PI].map((shift) => legOf(phase + shift, gait, height));
	const lowest = Math.min(legs[0]!.foot.up, legs[1]!.foot.up);
	const flight = gait.running ? 0.05 * height * Math.max(0, Math.sin(2 * phase + 0.6)) : 0;
	const hip = 0.03 * height - lowest + flight;
	const lean = (gait.running ? 0.2 : 0.05 * gait.pace) + (gait.stoop ?? 0) * 1.1;
	const shoulderUp = hip + 0.29 * height * Math.cos(lean);
	const shoulderAhead = 0.29 * height * Math.sin(lean);
	const parts: Part[] = [];
	for (const [side, leg] of legs.entries()) {
		const left = (side === 0 ? 1 : -1) * 0.052 * height;
		const knee = place(leg.knee.ahead, hip + leg.knee.up, left);
		const foot = place(leg.foot.ahead, hip + leg.foot.up, left);
		const toe = place(leg.foot.ahead + 0.1 * height, Math.max(0.02, hip + leg.foot.up - 0.012 * height), left);
		parts.push(limb(place(0, hip, left * 0.8), knee, 0.052 * height * girth, 0.036 * height, looks.below));
		parts.push(limb(knee, foot, 0.036 * height, 0.026 * height, looks.below));
		parts.push(limb(foot, toe, 0.026 * height, 0.018 * height, scaled(looks.below, 0.55)));
	}
	parts.push(...torso(looks, place, hip, shoulderAhead, shoulderUp));
	for (const side of [0, 1] as const) {
		const swing = -(gait.running ? 0.75 : 0.42) * gait.pace * Math.sin(phase + side * Math.PI) + lean * 0.4;
		const bend = gait.running ? 1.5 : 0.25 + 0.2 * gait.pace;
		parts.push(...arm(looks, place, shoulderAhead, shoulderUp - 0.015 * height, side === 0 ? 1 : -1, swing, bend));
	}
	return parts;
}

interface Joint {
	readonly ahead: number;
	readonly up: number;
}

/** Knee and foot below a hip at 0. The knee bends while the leg swings forward. */
function legOf(phase: number, gait: Gait, height: number): { readonly knee: Joint; readonly foot: Joint } {
	const thigh = (gait.running ? 0.62 : 0.4) * gait.pace * Math.sin(phase) + (gait.running ? 0.15 : 0);
	const swing = Math.max(0, Math.sin(phase - 5.2));
	const bend = 0.06 + (gait.running ? 1.55 : 0.85) * gait.pace * swing;
	const knee = { ahead: 0.245 * height * Math.sin(thigh), up: -0.245 * height * Math.cos(thigh) };
	const shin = thigh - bend;
	return {
		knee,
		foot: { ahead: knee.ahead + 0.245 * height * Math.sin(shin), up: knee.up - 0.245 * height * Math.cos(shin) },
	};
}

function torso(looks: Looks, place: Place, hip: number, shoulderAhead: number, shoulderUp: number): Part[] {
	const { height, girth, above } = looks;
	const parts: Part[] = [];
	const width = 0.062 * height;
	for (const side of [1, -1]) {
		const top = place(shoulderAhead, shoulderUp - 0.03 * height, side * width);
		const bottom = place(0, hip + 0.03 * height, side * width * 0.6);
		parts.push(limb(top, bottom, 0.056 * height * girth, 0.058 * height * girth, above));
	}
	if (looks.coat) {
		const hem = place(0, hip - 0.2 * height, 0);
		parts.push(limb(place(0, hip + 0.05 * height, 0), hem, 0.085 * height * girth, 0.1 * height * girth, above));
	}
	if (looks.backpack !== null) {
		const back = 0.11 * height;
		const top = place(shoulderAhead - back, shoulderUp - 0.06 * height, 0);
		parts.push(limb(top, place(-back, hip + 0.08 * height, 0), 0.06 * height, 0.07 * height, looks.backpack));
	}
	const neck = place(shoulderAhead, shoulderUp, 0);
	const headUp = shoulderUp + 0.105 * height;
	const head = place(shoulderAhead * 1.2 + 0.012 * height, headUp, 0);
	const crown = place(shoulderAhead * 1.2 - 0.008 * height, headUp + 0.022 * height, 0);
	parts.push(limb(neck, head, 0.03 * height, 0.03 * height, looks.skin));
	parts.push(limb(head, head, 0.052 * height, 0.052 * height, looks.skin));
	parts.push(limb(crown, crown, 0.055 * height, 0.055 * height, looks.hair));
	return parts;
}

function arm(
	looks: Looks,
	place: Place,
	shoulderAhead: number,
	shoulderUp: number,
	side: 1 | -1,
	swing: number,
	bend: number,
): Part[] {
	const { height } = looks;
	const left = side * 0.105 * height * Math.sqrt(looks.girth);
	const elbowAhead = shoulderAhead + 0.17 * height * Math.sin(swing);
	const elbowUp = shoulderUp - 0.17 * height * Math.cos(swing);
	const handAhead = elbowAhead + 0.16 * height * Math.sin(swing + bend);
	const handUp = elbowUp - 0.16 * height * Math.cos(swing + bend);
	const elbow = place(elbowAhead, elbowUp, left * 1.08);
	const hand = place(handAhead, handUp, left);
	return [
		limb(place(shoulderAhead, shoulderUp, left), elbow, 0.032 * height, 0.026 * height, scaled(looks.above, 0.92)),
		limb(elbow, hand, 0.026 * height, 0.02 * height, scaled(looks.above, 0.92)),
		limb(hand, hand, 0.022 * height, 0.022 * height, looks.skin),
	];
}
