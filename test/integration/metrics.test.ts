import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { cameraId } from '../../src/core/units.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { oneOfEach } from '../support/daemon-events.ts';
import { missing } from '../support/peers.ts';

test("Prometheus's own linter finds nothing wrong with the metrics", { skip: missing('promtool') }, async () => {
	using metrics = openMetrics({ clock: systemClock, stateFolder: tmpdir() });
	const { 'camera-removed': _removed, 'camera-added': added, ...others } = oneOfEach(cameraId('yard'));
	for (const event of [added, ...Object.values(others)]) metrics.observe(event);
	const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
		input: await metrics.metricsText(),
		encoding: 'utf8',
		timeout: 30_000,
	});
	assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});
