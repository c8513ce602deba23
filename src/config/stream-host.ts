export interface StreamHost {
	readonly host: string;
	/** null where the address names none. */
	readonly port: number | null;
	readonly hasUser: boolean;
	/** Host, port and path, as written. */
	readonly rest: string;
}

/**
 * The host of an RTSP address, null where there is none. As reading the camera has it: passwords that people paste unescaped
 * are taken, so everything up to the last @ is user and password unless a host without them comes first.
 */
export function streamHost(address: string): StreamHost | null {
	const plain = /^rtsps?:\/\/(.*)$/s.exec(address)?.[1];
	if (plain === undefined) return null;
	const alone = HOST.exec(plain);
	if (alone !== null) return hostIn(alone, false, plain);
	const rest = plain.slice(plain.lastIndexOf('@') + 1);
	const behind = rest === plain ? null : HOST.exec(rest);
	return behind === null ? null : hostIn(behind, true, rest);
}

const HOST = /^(?:([\w.-]+)|\[([\w:.]+)\])(?::(\d{1,5}))?(?:[/?#]\S*)?$/u;

function hostIn([, name, ip6, port]: RegExpExecArray, hasUser: boolean, rest: string): StreamHost {
	return { host: name ?? ip6 ?? '', port: port === undefined ? null : Number(port), hasUser, rest };
}
