import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Frame } from '../../../src/core/frame.ts';
import type { PictureFault } from '../../../src/core/integrity.ts';
import type { Polygon } from '../../../src/core/polygon.ts';
import { hash } from '../../../src/ingest/simulate/scene/random.ts';
import { type FaultChange, type Inspection, Inspector } from '../../../src/inspect/inspector.ts';
import { DRAWN, DRAWN_RATE, drawnCamera, normal } from '../../support/drawn-camera.ts';

/** Shows a camera picture after picture and keeps what is said. */
function inspected(ignore: readonly PictureFault[] = [], hidden: readonly Polygon[] = []) {
	const inspector = new Inspector({ framesPerSecond: DRAWN_RATE, ignore, acceptMinutes: 1, hidden });
	const camera = drawnCamera();
	const changes: (FaultChange & { readonly at: number })[] = [];
	const disturbances: string[] = [];
	return {
		camera,
		changes,
		disturbances,
		acceptView: () => inspector.acceptView(),
		/** Shows pictures for so many seconds; returns what was said of each. */
		show: (seconds: number, picture: (at: number) => Uint8Array, damage: Frame['damage'] = null): Inspection[] =>
			Array.from({ length: Math.round(seconds * DRAWN_RATE) }, () => {
				const at = camera.seconds;
				const found = inspector.inspect(camera.frame(picture(at), damage));
				changes.push(...found.changes.map((change) => ({ ...change, at })));
				if (found.disturbance !== null) disturbances.push(found.disturbance);
				return found;
			}),
	};
}

const PIXELS = DRAWN.width * DRAWN.height;
const scene = (at: number) => normal(at);

function blurred(luma: Uint8Array): Uint8Array {
	const { width, height } = DRAWN;
	return luma.map((_, at) => {
		let [sum, count] = [0, 0];
		const [row, column] = [Math.floor(at / width), at % width];
		for (let y = Math.max(0, row - 3); y <= Math.min(height - 1, row + 3); y++) {
			for (let x = Math.max(0, column - 3); x <= Math.min(width - 1, column + 3); x++) {
				sum += luma[y * width + x]!;
				count++;
			}
		}
		return sum / count;
	});
}

/** Other pixels each time, where x and y (0..1) are in a place. */
function withNoise(luma: Uint8Array, at: number, holds: (x: number, y: number) => boolean): Uint8Array {
	const { width, height } = DRAWN;
	return luma.map((level, place) => {
		const [x, y] = [((place % width) + 0.5) / width, (Math.floor(place / width) + 0.5) / height];
		return holds(x, y) ? hash(place, Math.round(at * DRAWN_RATE)) % 256 : level;
	});
}

function rectangle(left: number, top: number, right: number, bottom: number): Polygon {
	return [
		[left, top],
		[right, top],
		[right, bottom],
		[left, bottom],
	];
}

const FAULTS: readonly { readonly kind: PictureFault; readonly picture: (at: number) => Uint8Array }[] = [
	{ kind: 'dark', picture: (at) => normal(at).map((level) => 2 + level / 50) },
	{ kind: 'covered', picture: (at) => normal(at).map((level, place) => 80 + (place % DRAWN.width) / 8 + level / 80) },
	{ kind: 'defocused', picture: (at) => blurred(normal(at)) },
	{ kind: 'moved', picture: (at) => normal(at, { turned: 40 }) },
	{ kind: 'noise', picture: (at) => normal(at, { noise: 9 }) },
	{ kind: 'frozen', picture: () => normal(20) },
	{ kind: 'loop', picture: (at) => normal(17 + (at % 3)) },
];

describe('Inspector', () => {
	for (const { kind, picture } of FAULTS) {
		test(`A camera that is ${kind} is told within ten seconds, and when it is well again`, () => {
			const { show, changes } = inspected();
			assert.ok(show(20, scene).every(({ distrust }) => distrust === null));
			const during = show(20, picture);
			assert.deepEqual(
				changes.map((change) => [change.kind, change.change]),
				[[kind, 'started']],
			);
			const told = changes[0]!;
			assert.ok(told.at - 20 <= 10, `told after ${told.at - 20} s`);
			assert.notEqual(told.detail, '');
			assert.ok(during.slice(-20).every(({ frame }) => frame.damage !== null));
			const after = show(25, scene);
			assert.deepEqual(
				changes.slice(1).map((change) => [change.kind, change.change]),
				[[kind, 'ended']],
			);
			assert.equal(after.at(-1)!.distrust, null);
		});
	}

	test('Pictures that come broken most of the time are packet loss; what they show is not judged', () => {
		const { show, changes } = inspected();
		show(20, scene);
		const during = show(12, () => new Uint8Array(PIXELS), 'packets-lost');
		assert.deepEqual(
			changes.map(({ kind }) => kind),
			['packet-loss'],
		);
		assert.ok(during.every(({ frame }) => frame.damage === 'packets-lost'));
		show(40, scene);
		assert.deepEqual(
			changes.map(({ change }) => change),
			['started', 'ended'],
		);
	});

	test('After what could not be trusted a run begins, and frames are numbered from 0', () => {
		const { show } = inspected();
		const before = show(20, scene).at(-1)!.frame;
		show(10, FAULTS[0]!.picture);
		const after = show(20, scene).map(({ frame }) => frame);
		const first = after.find(({ damage }) => damage === null)!;
		assert.equal(first.run, before.run + 1);
		assert.equal(first.index, 0);
		assert.equal(after.at(-1)!.run, first.run);
		assert.equal(after.at(-1)!.index, after.length - 1 - after.indexOf(first));
	});

	test('A brighter light is a disturbance that settles, and no fault', () => {
		const { show, changes, disturbances } = inspected();
		show(20, scene);
		const during = show(20, (at) => normal(at).map((level) => level * 1.3));
		assert.deepEqual(disturbances, ['light']);
		assert.equal(during[0]!.frame.damage, 'light');
		assert.ok(during.slice(20).every(({ distrust }) => distrust === null));
		assert.deepEqual(changes, []);
	});

	test('A cut to another place and back is a disturbance', () => {
		const { show, changes, disturbances } = inspected();
		show(20, scene);
		show(2, (at) => normal(at, { place: 5 }));
		const after = show(10, scene);
		assert.deepEqual([...new Set(disturbances)], ['cut']);
		assert.deepEqual(changes, []);
		assert.equal(after.at(-1)!.distrust, null);
	});

	test('A camera that turns is told as such, and not moved before it stays there', () => {
		const { show, changes, disturbances } = inspected();
		show(20, scene);
		const during = show(4, (at) => normal(at, { turned: Math.round((at - 20) * 12) }));
		assert.ok(disturbances.includes('pan'), disturbances.join(' '));
		assert.ok(during.slice(1).every(({ distrust }) => distrust !== null));
		assert.deepEqual(changes, []);
		show(10, (at) => normal(at, { turned: 48 }));
		assert.deepEqual(
			changes.map(({ kind }) => kind),
			['moved'],
		);
	});

	test('A new view that nobody turns back is the view after the time for that', () => {
		// These walkers do come back as they were.
		const { show, changes } = inspected(['loop']);
		show(20, scene);
		const moved = show(90, (at) => normal(at, { turned: 40 }));
		assert.deepEqual(
			changes.map(({ kind, change }) => [kind, change]),
			[
				['moved', 'started'],
				['moved', 'ended'],
			],
		);
		assert.equal(moved.at(-1)!.distrust, null);
	});

	test('A view that somebody accepts is the view at once, and a turn from it is told again', () => {
		const { show, changes, acceptView } = inspected(['loop']);
		show(20, scene);
		assert.equal(acceptView(), false);
		show(20, scene);
		assert.deepEqual(changes, []);
		show(10, (at) => normal(at, { turned: 40 }));
		assert.equal(acceptView(), true);
		const [first] = show(20, (at) => normal(at, { turned: 40 }));
		assert.equal(first!.distrust, null);
		const said = () => changes.map(({ kind, change, at }) => `${kind} ${change} ${at < 50.1 ? 'at once' : 'later'}`);
		assert.deepEqual(said(), ['moved started at once', 'moved ended at once']);
		show(10, (at) => blurred(normal(at, { turned: 40 })));
		assert.equal(acceptView(), false);
		show(20, (at) => blurred(normal(at, { turned: 40 })));
		assert.deepEqual(said().slice(2), ['defocused started later', 'defocused ended later']);
		show(10, scene);
		assert.deepEqual(said().slice(4), ['moved started later']);
	});

	test('A picture that stands still is frozen, whatever view is accepted', () => {
		const { show, changes, acceptView } = inspected();
		show(20, scene);
		show(10, () => normal(20));
		acceptView();
		show(10, () => normal(20));
		assert.deepEqual(
			changes.map(({ kind, change }) => [kind, change]),
			[['frozen', 'started']],
		);
	});

	test('Crowds, a lorry over a third of the picture, clouds and a still night are no faults', () => {
		const { show, changes } = inspected();
		show(20, scene);
		show(20, (at) => normal(at, { walkers: 12 }));
		show(20, (at) =>
			normal(at).map((level, place) => {
				const column = place % DRAWN.width;
				const front = (at - 40) * 8;
				return column < front && column > front - DRAWN.width / 3 ? 150 : level;
			}),
		);
		show(30, (at) => normal(at).map((level) => level * (1 - 0.3 * Math.sin(((at - 60) / 30) * Math.PI))));
		show(60, (at) => normal(at, { walkers: 0, noise: 0.4 }).map((level) => level / 3));
		assert.deepEqual(changes, []);
	});

	test('What is to be ignored is neither told nor kept from being judged', () => {
		const { show, changes } = inspected(['frozen']);
		show(20, scene);
		const during = show(20, () => normal(20));
		assert.deepEqual(changes, []);
		assert.ok(during.every(({ distrust }) => distrust === null));
	});

	test('A clock in the picture goes on while that is frozen: under a mask it hides nothing, otherwise it does', () => {
		const clock = (luma: Uint8Array, at: number) => withNoise(luma, at, (x, y) => x < 0.31 && y < 0.12);
		const shown = (hidden: readonly Polygon[]) => {
			const { show, changes } = inspected([], hidden);
			show(20, (at) => clock(normal(at), at));
			show(20, (at) => clock(normal(20), at));
			return changes.map(({ kind, at }) => [kind, at <= 30]);
		};
		assert.deepEqual(shown([rectangle(0, 0, 0.32, 0.13)]), [['frozen', true]]);
		assert.deepEqual(shown([]), []);
	});

	test('What goes on under a mask, and be it much, neither cuts, nor moves, nor keeps a loop from being told', () => {
		const tree = (luma: Uint8Array, at: number) => withNoise(luma, at, (x) => x < 0.4);
		const { show, changes, disturbances } = inspected([], [rectangle(0, 0, 0.41, 1)]);
		show(20, scene);
		show(20, (at) => tree(normal(at), at));
		assert.deepEqual([changes, disturbances], [[], []]);
		show(20, (at) => tree(normal(37 + (at % 3)), at));
		assert.deepEqual(
			changes.map(({ kind }) => kind),
			['loop'],
		);
	});

	test('Under a mask that leaves hardly anything nothing is told, and broken pictures are', () => {
		const { show, changes } = inspected([], [rectangle(0, 0, 1, 0.97)]);
		show(20, scene);
		assert.ok(show(20, () => normal(20)).every(({ distrust }) => distrust === null));
		show(12, () => new Uint8Array(PIXELS), 'packets-lost');
		assert.deepEqual(
			changes.map(({ kind }) => kind),
			['packet-loss'],
		);
	});

	test('A frame that fills several places of the time base is one picture', () => {
		const inspector = new Inspector({ framesPerSecond: DRAWN_RATE, ignore: [], acceptMinutes: 10, hidden: [] });
		const camera = drawnCamera();
		for (let picture = 0; picture < 20; picture++) {
			const luma = normal(picture * 2);
			for (let slot = 0; slot < 10; slot++) assert.equal(inspector.inspect(camera.frame(luma)).distrust, null);
		}
	});

	test('Pictures of another size are begun anew', () => {
		const inspector = new Inspector({ framesPerSecond: DRAWN_RATE, ignore: [], acceptMinutes: 10, hidden: [] });
		const camera = drawnCamera();
		for (let at = 0; at < 60; at++) inspector.inspect(camera.frame(normal(at / 5)));
		camera.nextRun();
		const small = { ...camera.frame(new Uint8Array(64 * 36).map((_, at) => (at * 7) % 200)), width: 64, height: 36 };
		assert.deepEqual(inspector.inspect(small).changes, []);
		assert.equal(inspector.inspect(small).frame.run, 2);
	});
});
