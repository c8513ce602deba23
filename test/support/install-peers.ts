import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The programs that integration tests meet, each with the Debian package that brings it. */
const PEERS: readonly (readonly [file: string, debianPackage: string])[] = [
	['/usr/sbin/mosquitto', 'mosquitto'],
	['/usr/bin/mosquitto_sub', 'mosquitto-clients'],
	['/usr/bin/ffmpeg', 'ffmpeg'],
	['/usr/bin/gst-launch-1.0', 'gstreamer1.0-tools'],
	['/usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstrtsp.so', 'gstreamer1.0-plugins-good'],
	['/usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstvideoparsersbad.so', 'gstreamer1.0-plugins-bad'],
	['/usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstx264.so', 'gstreamer1.0-plugins-ugly'],
	['/usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstlibav.so', 'gstreamer1.0-libav'],
	['/usr/lib/x86_64-linux-gnu/girepository-1.0/GstRtspServer-1.0.typelib', 'gir1.2-gst-rtsp-server-1.0'],
	['/usr/lib/x86_64-linux-gnu/gio/modules/libgiognutls.so', 'glib-networking'],
	['/usr/bin/openssl', 'openssl'],
	['/usr/lib/python3/dist-packages/gi', 'python3-gi'],
	['/usr/lib/python3/dist-packages/onnx', 'python3-onnx'],
	['/usr/bin/chromium', 'chromium'],
	['/usr/bin/systemd-analyze', 'systemd'],
];

/** Installs what is missing when root and apt-get are there; else says the one command that would. Never throws: a test without its peer is counted as skipped, with the reason. */
export function installPeers(): void {
	const missing = PEERS.filter(([file]) => !existsSync(file)).map(([, debianPackage]) => debianPackage);
	if (missing.length === 0) return;
	const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
		process.stdout.write(
			`# Some tests will be skipped. To run them all, install their peers as root:\n#   ${command}\n`,
		);
		return;
	}
	process.stdout.write(`# Installing the peers of the integration tests: ${missing.join(' ')}\n`);
	const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
	const { status } = spawnSync('sh', ['-c', `${command} -qq`], {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: environment,
	});
	if (status !== 0)
		process.stdout.write(`# apt-get failed; tests without their peers will be skipped. By hand:\n#   ${command}\n`);
}
