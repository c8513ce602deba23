import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoConfig } from '../../../src/config/demo.ts';

test('The demo is configured through the same schema', () => {
	const config = demoConfig({
		url: 'rtsp://127.0.0.1:5540/walkway',
		calibration: '/models/pack.json',
		folder: '/tmp/x',
	});
	const [camera] = config.cameras;
	assert.equal(camera?.id, 'walkway');
	assert.equal(camera?.framesPerSecond, 5);
	assert.equal(camera?.score.calibration, '/models/pack.json');
	assert.deepEqual(config.mqtt.embedded, { enabled: true, host: '127.0.0.1', port: 18830 });
	assert.equal(config.http.port, 8480);
	assert.equal(config.record.folder, '/tmp/x');
	assert.equal(config.log.format, 'text');
});
