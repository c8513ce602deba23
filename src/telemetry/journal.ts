import { fstatSync } from 'node:fs';

/** Whether a file descriptor is the journal that systemd connected: $JOURNAL_STREAM is its device and inode (systemd.exec(5)). */
export function isJournal(fd: number | undefined, journalStream: string | undefined): boolean {
	if (fd === undefined || !journalStream) return false;
	try {
		const { dev, ino } = fstatSync(fd, { bigint: true });
		return journalStream === `${dev}:${ino}`;
	} catch {
		return false;
	}
}
