/** What the runtime says of a failure, without the place in its C++ and the condition that did not hold there. */
export function runtimeReason(message: string): string {
	return message.replace(/\/\S+\.(?:cc|h|cpp):\d+ .*? was false\. /s, '').trim();
}
