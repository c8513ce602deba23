import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/core/clock.ts';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { startDaemon } from '../support/daemon.ts';
import { dashboards } from '../support/dashboards.ts';
import { mosquittoMissing, startMosquitto } from '../support/mosquitto.ts';
import { missing } from '../support/peers.ts';
import { ruleGroups, startPrometheus, type TestPrometheus } from '../support/prometheus.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
/** For a machine that has much else to do. */
const PATIENCE_MS = 150_000;

const HEARING = 'trying synthetic oddities on live pictures takes minutes';
/** What a daemon of a minute's age cannot have, and why. */
const LATER: Readonly<Record<string, string>> = {
	'foreframe-learning: Drift of the memory': 'it is told against what the memory was at the last full hour',
	'foreframe-learning: Sensitivity': HEARING,
	'foreframe-learning: Deaf': HEARING,
	foreframe_camera_sensitivity: HEARING,
	foreframe_camera_deaf: HEARING,
	'foreframe_camera_model_info{learned="true"}': 'a camera learns a model of its own only after minutes of training',
};

test('a running daemon gives a value to every panel, recording rule and selector of an alert', {
	skip: missing('promtool') || mosquittoMissing,
	timeout: 2 * PATIENCE_MS,
}, async (t) => {
	await using folder = await temporaryFolder();
	const video = join(folder.path, 'cyclist.mkv');
	await writeSceneRecording(video, {
		kind: 'scene',
		seed: 1,
		oddities: [{ kind: 'cyclist', startSeconds: 4001 }],
		framesPerSecond: 10,
		startSeconds: 4000,
		minutes: 12 / 60,
	});
	await using broker = await startMosquitto();
	await using daemon = await startDaemon({
		mqtt: { url: broker.url },
		cameras: {
			yard: {
				source: { kind: 'file', path: video, loop: true },
				score: { calibration: join(MODELS, 'calibration', 'demo-walkway.json'), sensitivityMinutes: 0 },
				alarm: { maximumSeconds: 2, releaseSeconds: 1, falseAlarms: '1 per day' },
			},
			// Mode and calibration are told when they change, which they do for one that learns what is normal now.
			lane: {
				source: { kind: 'file', path: video, loop: true },
				score: { calibrationMinutes: 0.1, sensitivityMinutes: 0 },
			},
		},
	});
	await using prometheus = await startPrometheus(new URL(daemon.http).host);

	const panels = panelExpressions();
	const recordings = ruleGroups('foreframe.recording.yml').flatMap(({ rules }) =>
		rules.flatMap(({ record, expr }) => [
			{ name: `${record} as it is made`, expression: expr },
			{ name: `${record} as it is kept`, expression: record! },
		]),
	);
	const selectors = [
		...new Set(
			ruleGroups('foreframe.alerts.yml').flatMap(({ rules }) => rules.flatMap(({ expr }) => selectorsOf(expr))),
		),
	].map((selector) => ({ name: selector, expression: selector }));
	assert.ok(panels.length >= 50 && recordings.length >= 10 && selectors.length >= 30);

	const asked = [...panels, ...recordings, ...selectors];
	const empty = await unanswered(
		prometheus,
		asked.filter(({ name }) => LATER[name] === undefined),
	);
	assert.deepEqual(empty, [], daemon.lines.join('\n'));

	await t.test(
		'what is said to come later is asked without an error, of metrics and labels that there are',
		async () => {
			using metrics = openMetrics({ clock: systemClock, stateFolder: folder.path });
			const labelsOf = new Map(metrics.list().map(({ name, labels }) => [name, [...labels, 'instance']]));
			for (const name of Object.keys(LATER)) {
				const found = asked.filter((one) => one.name === name);
				assert.ok(found.length > 0, `${name} is not asked any more`);
				for (const { expression } of found) {
					await prometheus.query(expression);
					const [, metric = '', labels = ''] = /^(\w+)(\{.*\})?$/.exec(expression)!;
					for (const [, label] of labels.matchAll(/(\w+)=/g))
						assert.ok(labelsOf.get(metric)?.includes(label!), expression);
					assert.ok(labelsOf.has(metric), expression);
				}
			}
		},
	);
	await t.test('Prometheus has evaluated every rule without an error, and no daemon is taken for gone', async () => {
		const { groups } = (await prometheus.get('/api/v1/rules')) as {
			groups: { rules: { name: string; health: string; lastError?: string; state?: string }[] }[];
		};
		const rules = groups.flatMap((group) => group.rules);
		assert.deepEqual(
			rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => [name, lastError]),
			[],
		);
		const wrong = ['ForeframeDown', 'ForeframeNotScraped', 'ForeframeBrokerAway', 'ForeframeCameraDown'];
		for (const { name, state } of rules) if (wrong.includes(name)) assert.equal(state, 'inactive', name);
	});
	await t.test('the variables of the dashboards find the daemon and its camera', async () => {
		for (const { uid, templating } of dashboards()) {
			for (const one of templating.list) {
				if (one.type !== 'query') continue;
				const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(one.query.query)!;
				const [series] = await prometheus.query(filledIn(selector!));
				assert.ok(series?.metric[label!], `${uid}: ${one.query.query}`);
			}
		}
	});
});

interface Asked {
	readonly name: string;
	readonly expression: string;
}

/** Asks again and again until each has given a number; tells those that have not in the end. */
async function unanswered(prometheus: TestPrometheus, asked: readonly Asked[]): Promise<readonly Asked[]> {
	const giveUp = performance.now() + PATIENCE_MS;
	let left = asked;
	for (;;) {
		const without: Asked[] = [];
		for (const one of left) {
			const values = await prometheus.query(one.expression);
			if (!values.some(({ value }) => value !== 'NaN')) without.push(one);
		}
		left = without;
		if (left.length === 0 || performance.now() > giveUp) return left;
		await setTimeout(1000);
	}
}

function panelExpressions(): readonly Asked[] {
	return dashboards().flatMap(({ uid, panels }) =>
		panels.flatMap(({ title, targets }) =>
			targets.map(({ expr }) => ({ name: `${uid}: ${title}`, expression: filledIn(expr) })),
		),
	);
}

/** As Grafana would for all daemons and cameras. */
function filledIn(expression: string): string {
	return expression
		.replaceAll('$__rate_interval', '30s')
		.replaceAll('$instance', '.+')
		.replaceAll(/=~?"\$camera"/g, '=~".+"');
}

/** Every series that an alert names, one for each value where it names several; `job` is everybody's. */
function selectorsOf(expression: string): readonly string[] {
	const named = expression.matchAll(/\b((?:foreframe|camera:foreframe|process|nodejs)_[\w:]+|up\b)(\{[^}]*\})?/g);
	return [...named].flatMap(([, metric, labels = '']) => {
		const several = /(\w+)=~"([^"]+)"/.exec(labels);
		if (several === null) return [`${metric}${labels}`];
		return several[2]!.split('|').map((value) => `${metric}${labels.replace(several[0], `${several[1]}="${value}"`)}`);
	});
}
