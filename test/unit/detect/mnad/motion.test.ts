import assert from 'node:assert/strict';
import { test } from 'node:test';
import { motionChannel, patchSpeeds } from '../../../../src/detect/mnad/channels.ts';
import { motion } from '../../../../src/detect/mnad/motion.ts';
import { Graph } from '../../../../src/nn/nn.ts';
import { seededNormal } from '../../../support/random.ts';
import { runGraph } from '../../../support/run-graph.ts';

const SIZE = { width: 80, height: 64 };

type Picture = (x: number, y: number) => number;

/** Waves of 9 to 23 pixels in several directions, in [0,1]. */
const texture: Picture = (x, y) =>
	0.5 + 0.16 * Math.sin(0.55 * x + 0.2 * y) + 0.16 * Math.sin(0.6 * y - 0.15 * x) + 0.12 * Math.sin(0.35 * (x + y));

/** What the camera sees, as 8 bits, when the picture has moved by (u, v). */
function seen(picture: Picture, u = 0, v = 0): Float32Array {
	return Float32Array.from({ length: SIZE.width * SIZE.height }, (_, index) => {
		const luma = picture((index % SIZE.width) - u, Math.floor(index / SIZE.width) - v);
		return Math.round(255 * Math.min(1, Math.max(0, luma))) / 255;
	});
}

async function measure(before: Float32Array, after: Float32Array) {
	const graph = new Graph();
	const shape = [1, 1, SIZE.height, SIZE.width];
	const flow = motion(graph.input('before', shape), graph.input('after', shape));
	graph.output('u', flow.u);
	graph.output('v', flow.v);
	graph.output('speed', flow.speed);
	graph.output('moved', flow.moved);
	graph.output('channel', motionChannel(patchSpeeds(flow)));
	const { u, v, speed, moved, channel } = await runGraph(graph, { before, after });
	return { u: u!, v: v!, speed: speed!, moved: moved!, channel: channel![0]! };
}

for (const [u, v] of [
	[1.2, 0.4],
	[2, 0],
	[-1.5, 2],
	[0, -3],
] as const) {
	test(`a texture that moves by (${u}, ${v}) has that speed to a tenth`, async () => {
		const expected = Math.hypot(u, v);
		const { speed, moved, channel } = await measure(seen(texture), seen(texture, u, v));
		const inside = [...speed].filter((_, index) => {
			const [x, y] = [index % SIZE.width, Math.floor(index / SIZE.width)];
			return moved[index] === 1 && x >= 12 && y >= 12 && x < SIZE.width - 12 && y < SIZE.height - 12;
		});
		assert.ok(inside.length > 100, `${inside.length} pixels moved`);
		const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
		assert.ok(Math.abs(mean - expected) < 0.1 * expected, `${mean}, expected ${expected}`);
		assert.ok(Math.abs(channel - expected) < 0.1 * expected, `the channel says ${channel}, expected ${expected}`);
	});
}

test('the flow points right and down where the picture goes there, left and up where it goes there', async () => {
	for (const [right, down] of [
		[1.4, 0.6],
		[-0.8, 1.2],
		[0.5, -1.6],
	] as const) {
		const { u, v } = await measure(seen(texture), seen(texture, right, down));
		const mean = (flow: Float32Array) => {
			const inside = [...flow].filter((_, index) => {
				const [x, y] = [index % SIZE.width, Math.floor(index / SIZE.width)];
				return x >= 12 && y >= 12 && x < SIZE.width - 12 && y < SIZE.height - 12;
			});
			return inside.reduce((sum, value) => sum + value, 0) / inside.length;
		};
		assert.ok(Math.abs(mean(u) - right) < 0.1, `${mean(u)} to the right, expected ${right}`);
		assert.ok(Math.abs(mean(v) - down) < 0.1, `${mean(v)} downwards, expected ${down}`);
	}
});

test('a still picture has no speed, and one with sensor noise of 2 % hardly any', async () => {
	const still = await measure(seen(texture), seen(texture));
	assert.equal(still.channel, 0);
	const normal = seededNormal(1);
	const noisy = () => seen((x, y) => texture(x, y) + 0.02 * normal());
	const { channel, speed } = await measure(noisy(), noisy());
	assert.ok(channel < 0.1, `${channel}`);
	assert.ok(speed.reduce((sum, value) => sum + value, 0) / speed.length < 0.01);
});

test('the speed agrees with a plain Lucas-Kanade to 1e-3', async () => {
	const normal = seededNormal(2);
	const before = seen((x, y) => texture(x, y) + 0.01 * normal());
	const after = seen((x, y) => texture(x, y) + 0.01 * normal() + (x > 40 ? 0.1 : 0), 1.7, -0.8);
	const { speed } = await measure(before, after);
	const expected = lucasKanade(before, after);
	let worst = 0;
	for (const [index, value] of expected.entries()) worst = Math.max(worst, Math.abs(speed[index]! - value));
	assert.ok(worst < 1e-3, `${worst}`);
	assert.ok(expected.some((value) => value > 1));
});

/** Written from the paper in double precision, pixel by pixel. */
function lucasKanade(before: Float32Array, after: Float32Array): number[] {
	const { width, height } = SIZE;
	const at = (picture: ArrayLike<number>, x: number, y: number) => picture[y * width + x]!;
	const inside = (value: number, extent: number) => Math.min(extent - 1, Math.max(0, value));
	const bilinear = (picture: ArrayLike<number>, x: number, y: number): number => {
		const [px, py] = [inside(x, width), inside(y, height)];
		const [x0, y0] = [Math.min(Math.floor(px), width - 2), Math.min(Math.floor(py), height - 2)];
		const [fx, fy] = [px - x0, py - y0];
		const top = at(picture, x0, y0) * (1 - fx) + at(picture, x0 + 1, y0) * fx;
		const bottom = at(picture, x0, y0 + 1) * (1 - fx) + at(picture, x0 + 1, y0 + 1) * fx;
		return top * (1 - fy) + bottom * fy;
	};
	const gradientX = (x: number, y: number) =>
		x === 0 || x === width - 1 ? 0 : (at(before, x + 1, y) - at(before, x - 1, y)) / 2;
	const gradientY = (x: number, y: number) =>
		y === 0 || y === height - 1 ? 0 : (at(before, x, y + 1) - at(before, x, y - 1)) / 2;
	let flow = Array.from({ length: width * height }, () => ({ u: 0, v: 0 }));
	for (let round = 0; round < 3; round++) {
		const difference = flow.map(({ u, v }, index) => {
			const [x, y] = [index % width, Math.floor(index / width)];
			return bilinear(after, x + u, y + v) - at(before, x, y);
		});
		flow = flow.map(({ u, v }, index) => {
			const [x, y] = [index % width, Math.floor(index / width)];
			let [xx, xy, yy, bx, by] = [0, 0, 0, 0, 0];
			for (let wy = Math.max(0, y - 7); wy <= Math.min(height - 1, y + 7); wy++) {
				for (let wx = Math.max(0, x - 7); wx <= Math.min(width - 1, x + 7); wx++) {
					const [gx, gy, gt] = [gradientX(wx, wy), gradientY(wx, wy), at(difference, wx, wy)];
					xx += (gx * gx) / 225;
					xy += (gx * gy) / 225;
					yy += (gy * gy) / 225;
					bx += (gx * gt) / 225;
					by += (gy * gt) / 225;
				}
			}
			xx += 1e-3;
			yy += 1e-3;
			const determinant = xx * yy - xy * xy;
			const cut = (value: number) => Math.min(12, Math.max(-12, value));
			return { u: cut(u + (xy * by - yy * bx) / determinant), v: cut(v + (xy * bx - xx * by) / determinant) };
		});
	}
	return flow.map(({ u, v }, index) => (Math.abs(after[index]! - before[index]!) > 0.06 ? Math.hypot(u, v) : 0));
}
