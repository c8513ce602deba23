/** Why there is no connection to the broker, or none any more. */
export class MqttLost extends Error {
	override readonly name = 'MqttLost';
	/** The broker speaks only an older protocol. */
	readonly wantsOlderProtocol: boolean;

	constructor(reason: string, options: ErrorOptions & { readonly wantsOlderProtocol?: boolean } = {}) {
		super(reason, options);
		this.wantsOlderProtocol = options.wantsOlderProtocol ?? false;
	}
}

/** The broker is there and refused one message (MQTT 5 tells; 3.1.1 cannot). */
export class MqttRefused extends Error {
	override readonly name = 'MqttRefused';
}

/** What mqtt.js, the socket or TLS reported, in words for a person; carries nothing of the connection's options. */
export function explainMqttError(error: Error): MqttLost {
	const code = 'code' in error ? error.code : undefined;
	if (typeof code === 'number') return explainReasonCode(code, error);
	if (typeof code === 'string') return new MqttLost(explainSystemCode(code, error), { cause: error });
	if (/connack timeout/i.test(error.message))
		return new MqttLost('timeout: the broker did not answer', { cause: error });
	if (/keepalive timeout/i.test(error.message)) {
		return new MqttLost('timeout: the broker stopped answering', { cause: error });
	}
	return new MqttLost(error.message || 'the connection broke', { cause: error });
}

/** MQTT 3.1.1 §3.2.2.3 (1..5) and MQTT 5 §2.4 (128 and above). */
export function explainReasonCode(code: number, cause?: Error): MqttLost {
	const options = cause === undefined ? {} : { cause };
	switch (code) {
		case 1:
		case 132:
			return new MqttLost('the broker does not speak this version of MQTT', { ...options, wantsOlderProtocol: true });
		case 2:
		case 133:
			return new MqttLost('the broker does not accept this client id', options);
		case 4:
		case 134:
			return new MqttLost('bad credentials: the broker does not accept the user name or password', options);
		case 5:
		case 135:
			return new MqttLost('bad credentials: the broker does not let this user in', options);
		case 3:
		case 136:
		case 137:
			return new MqttLost('the broker is busy or unavailable', options);
		case 139:
			return new MqttLost('the broker is shutting down', options);
		case 141:
			return new MqttLost('timeout: the broker heard nothing for too long', options);
		case 142:
			return new MqttLost('another client took over this client id; give each its own', options);
		default:
			return new MqttLost(`the broker ended the connection with reason code ${code}`, options);
	}
}

function explainSystemCode(code: string, error: Error): string {
	switch (code) {
		case 'ECONNREFUSED':
			return 'refused: no broker listens there';
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return 'the host name is unknown';
		case 'ETIMEDOUT':
			return 'timeout: the machine did not answer';
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return 'unreachable: no way to that machine';
		case 'ECONNRESET':
		case 'EPIPE':
			return 'the broker closed the connection';
		default:
			if (/CERT|SELF_SIGNED|TLS|SSL|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH/.test(code)) {
				return `TLS: ${error.message.split('\n', 1)[0]} (${code})`;
			}
			return `${error.message} (${code})`;
	}
}
