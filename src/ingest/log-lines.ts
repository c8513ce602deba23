/** How many packets a line of libavformat's log says are missing; it has no counter that could be asked. */
export function lostPackets(line: string): number {
	const missed = /RTP: missed (-?\d+) packets/.exec(line)?.[1];
	if (missed !== undefined) return Math.max(1, Number(missed));
	// Over TCP it does not reorder, and tells the sequence numbers instead.
	const sequence = /bad cseq ([0-9a-f]+) expected=([0-9a-f]+)/i.exec(line);
	if (sequence === null) return 0;
	const ahead = (Number.parseInt(sequence[1] ?? '0', 16) - Number.parseInt(sequence[2] ?? '0', 16)) & 0xffff;
	// Behind by a little: a late or repeated packet, not a lost one.
	return ahead === 0 || ahead > 0x8000 ? 1 : ahead;
}
