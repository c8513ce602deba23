/** How a client wants its packets (RFC 2326, 12.39). */
export type TransportChoice =
	| { readonly kind: 'interleaved'; readonly rtpChannel: number | null }
	| { readonly kind: 'udp'; readonly rtpPort: number; readonly rtcpPort: number };

/** The first of a client's proposals that is unicast and to play; null when there is none. */
export function chooseTransport(header: string): TransportChoice | null {
	for (const proposal of header.split(',')) {
		const choice = readProposal(proposal.trim());
		if (choice !== null) return choice;
	}
	return null;
}

function readProposal(proposal: string): TransportChoice | null {
	const [spec = '', ...parameters] = proposal.split(';').map((part) => part.trim());
	const settings = new Map(parameters.map((part) => splitOnce(part.toLowerCase())));
	if (settings.has('multicast')) return null;
	const mode = settings.get('mode')?.replaceAll('"', '');
	if (mode !== undefined && mode !== 'play') return null;
	const name = spec.toUpperCase();
	if (name === 'RTP/AVP/TCP') {
		const range = /^(\d{1,3})(?:-\d{1,3})?$/.exec(settings.get('interleaved') ?? '');
		const channel = range === null ? null : Number(range[1]);
		return channel !== null && channel > 254 ? null : { kind: 'interleaved', rtpChannel: channel };
	}
	if (name !== 'RTP/AVP' && name !== 'RTP/AVP/UDP') return null;
	const ports = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(settings.get('client_port') ?? '');
	if (ports === null) return null;
	const rtpPort = Number(ports[1]);
	const rtcpPort = ports[2] === undefined ? rtpPort + 1 : Number(ports[2]);
	const valid = (port: number) => port > 0 && port < 65_536;
	return valid(rtpPort) && valid(rtcpPort) ? { kind: 'udp', rtpPort, rtcpPort } : null;
}

function splitOnce(part: string): [string, string] {
	const at = part.indexOf('=');
	return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}
