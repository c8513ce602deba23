import { execFileSync } from 'node:child_process';

/** Programs that integration tests talk to, with the Debian packages that hold them and a command that proves they are there. */
export const PEERS = {
	'gstreamer-rtsp': {
		packages: [
			'gir1.2-gst-rtsp-server-1.0',
			'python3-gi',
			'gstreamer1.0-plugins-base',
			'gstreamer1.0-plugins-good',
			'gstreamer1.0-plugins-bad',
			'gstreamer1.0-plugins-ugly',
			'gstreamer1.0-libav',
		],
		probe: [
			'/usr/bin/python3',
			'-c',
			"import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer; Gst.init(None); assert all(map(Gst.ElementFactory.find, ['x264enc', 'h264parse', 'rtph264pay']))",
		],
	},
	'gstreamer-h265': {
		packages: ['gstreamer1.0-plugins-bad'],
		probe: [
			'/usr/bin/python3',
			'-c',
			"import gi; gi.require_version('Gst', '1.0'); from gi.repository import Gst; Gst.init(None); assert all(map(Gst.ElementFactory.find, ['x265enc', 'h265parse', 'rtph265pay']))",
		],
	},
	// The certificates, and what lets GStreamer's server speak TLS.
	'gstreamer-tls': {
		packages: ['openssl', 'glib-networking'],
		probe: [
			'sh',
			'-c',
			'openssl version && /usr/bin/python3 -c "from gi.repository import Gio; assert Gio.TlsBackend.get_default().supports_tls()"',
		],
	},
	// What Home Assistant renders its templates with.
	jinja: { packages: ['python3-jinja2'], probe: ['/usr/bin/python3', '-c', 'import jinja2'] },
	ffmpeg: { packages: ['ffmpeg'], probe: ['ffmpeg', '-version'] },
	ffprobe: { packages: ['ffmpeg'], probe: ['ffprobe', '-version'] },
	'gst-launch': {
		packages: ['gstreamer1.0-tools', 'gstreamer1.0-plugins-good'],
		probe: ['gst-launch-1.0', '--version'],
	},
	mosquitto: { packages: ['mosquitto'], probe: ['sh', '-c', 'PATH="$PATH:/usr/sbin" command -v mosquitto'] },
	mosquitto_sub: { packages: ['mosquitto-clients'], probe: ['sh', '-c', 'command -v mosquitto_sub'] },
	'onnx-checker': { packages: ['python3-onnx'], probe: ['/usr/bin/python3', '-c', 'import onnx.checker'] },
	'scikit-learn': {
		packages: ['python3-sklearn'],
		probe: ['/usr/bin/python3', '-c', 'import numpy, scipy.ndimage, sklearn.metrics'],
	},
	chromium: { packages: ['chromium'], probe: ['sh', '-c', 'command -v chromium'] },
	promtool: { packages: ['prometheus'], probe: ['promtool', '--version'] },
	// The programs are in systemd itself, but the unit check runs without a running systemd.
	'systemd-analyze': { packages: ['systemd'], probe: ['systemd-analyze', '--version'] },
} as const satisfies Record<
	string,
	{ readonly packages: readonly string[]; readonly probe: readonly [string, ...string[]] }
>;

export type Peer = keyof typeof PEERS;

const found = new Map<Peer, boolean>();

export function isInstalled(peer: Peer): boolean {
	let installed = found.get(peer);
	if (installed === undefined) {
		const [command, ...args] = PEERS[peer].probe;
		try {
			execFileSync(command, args, { stdio: 'ignore', timeout: 30_000 });
			installed = true;
		} catch {
			installed = false;
		}
		found.set(peer, installed);
	}
	return installed;
}

/** For `test(name, { skip: missing('gstreamer-rtsp') }, …)`: false, or the sentence that says what to install. */
export function missing(...peers: readonly Peer[]): string | false {
	const absent = peers.filter((peer) => !isInstalled(peer));
	if (absent.length === 0) return false;
	const packages = new Set(absent.flatMap((peer) => PEERS[peer].packages));
	return `needs ${absent.join(' and ')}: apt-get install ${[...packages].join(' ')}`;
}
