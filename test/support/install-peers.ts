import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isInstalled, PEERS, type Peer } from './peers.ts';

/**
 * Installs the peers that are missing when root and apt-get are there; else says the one command that would. Never throws: a
 * test without its peer is counted as skipped, with the reason.
 */
export function installPeers(): void {
	const absent = (Object.keys(PEERS) as Peer[]).filter((peer) => !isInstalled(peer));
	const missing = [...new Set(absent.flatMap((peer) => PEERS[peer].packages))];
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
