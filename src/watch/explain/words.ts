import type { Alarm, AlarmWhy, Region } from '../../core/alarm.ts';
import type { Explanation } from '../../core/explanation.ts';
import type { StandingAlarmKind } from '../../core/standing.ts';

/** What a channel's rarity means, after the place. */
const MEANINGS: Readonly<Record<AlarmWhy, string>> = {
	oddity: 'something looks or moves unlike what is normal here',
	motion: 'something moves faster than things do here',
	patch: 'something happened that could not be predicted',
	distance: 'something is unlike all that has been learned here',
	psnr: 'the picture as a whole could not be predicted',
	regular: 'the picture as a whole could not be predicted',
	standing: 'something stands still that did not',
};

const STANDING_MEANINGS: Readonly<Record<StandingAlarmKind, string>> = {
	left: 'something stands where nothing stood',
	removed: 'something is missing that stood there',
	moved: 'something was moved from its place',
	changed: 'something stands in another way than it did',
};

/** An explanation in sentences, for people who never saw a score. `standing`: of an alarm of what stands still. */
export function wordsOf(
	{ channels, regions, onceInHours, nearest }: Omit<Explanation, 'text'>,
	standing: Alarm['standing'] = null,
): string {
	const [first, ...others] = channels;
	const place = regions[0] === undefined ? 'In the picture' : placeOf(regions[0]);
	const meaning =
		standing !== null
			? STANDING_MEANINGS[standing.kind]
			: first === undefined
				? 'something is strange'
				: MEANINGS[first.channel];
	const sentences = [`${place} ${meaning}.`, `Normal footage of this camera is as strange ${rarity(onceInHours)}.`];
	const also = others.filter((channel) => channel.onceInHours >= 1);
	if (also.length > 0) {
		const list = also.map(({ channel, onceInHours }) => `${channel} (${rarity(onceInHours)})`).join(', ');
		sentences.push(`Also rare: ${list}.`);
	}
	if (nearest !== null) {
		const likeness = nearest.similarity > 0.9 ? 'much like' : nearest.similarity > 0.7 ? 'somewhat like' : 'unlike';
		sentences.push(`The strangest place is ${likeness} the nearest thing in memory (item ${nearest.item + 1}).`);
	}
	return sentences.join(' ');
}

/** Where a region's middle is, in thirds of the picture. */
function placeOf({ x, y, width, height }: Region): string {
	const column = ['left', 'middle', 'right'][third(x + width / 2)]!;
	const row = ['top', 'centre', 'bottom'][third(y + height / 2)]!;
	if (column === 'middle' && row === 'centre') return 'In the middle of the picture';
	if (column === 'middle') return `At the ${row} of the picture`;
	if (row === 'centre') return `At the ${column} of the picture`;
	return `At the ${row} ${column} of the picture`;
}

function third(share: number): 0 | 1 | 2 {
	return share < 1 / 3 ? 0 : share < 2 / 3 ? 1 : 2;
}

const YEAR_HOURS = 24 * 365;

/** "once in 7 hours", in the unit that a person would take. */
function rarity(hours: number): string {
	if (hours >= 10 * YEAR_HOURS) return 'less than once in ten years';
	if (hours < 1) return 'more than once an hour';
	const [count, unit] =
		hours < 48 ? [hours, 'hour'] : hours < 24 * 60 ? [hours / 24, 'day'] : [hours / (24 * 30.4), 'month'];
	const whole = Math.round(count);
	return whole === 1 ? `once in ${unit === 'hour' ? 'an' : 'a'} ${unit}` : `once in ${whole} ${unit}s`;
}
