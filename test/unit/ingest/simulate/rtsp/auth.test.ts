import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	type AuthScheme,
	digestResponse,
	openAuthenticator,
	readParameters,
} from '../../../../../src/ingest/simulate/rtsp/auth.ts';

const RFC_7616 = {
	user: 'Mufasa',
	realm: 'http-auth@example.org',
	password: 'Circle of Life',
	method: 'GET',
	uri: '/dir/index.html',
	nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
	qop: 'auth',
	cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
	nonceCount: '00000001',
} as const;

test('the digests of RFC 7616, 3.9.1, come out', () => {
	assert.equal(digestResponse({ ...RFC_7616, algorithm: 'MD5' }), '8ca523f5e9506fed4657c9700eebdbec');
	assert.equal(
		digestResponse({ ...RFC_7616, algorithm: 'SHA-256' }),
		'753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
	);
});

test('the digest without qop of RFC 2069, as its erratum gives it, comes out', () => {
	const response = digestResponse({
		algorithm: 'MD5',
		user: 'Mufasa',
		realm: 'testrealm@host.com',
		password: 'CircleOfLife',
		method: 'GET',
		uri: '/dir/index.html',
		nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
		qop: null,
		cnonce: '',
		nonceCount: '',
	});
	assert.equal(response, '1949323746fe6a43ef61f9606e7febea');
});

test('parameters may be plain, quoted and escaped', () => {
	const read = readParameters('Username="a \\"b\\", c", nc=00000001,qop = auth , uri=""');
	assert.deepEqual(
		[...read],
		[
			['username', 'a "b", c'],
			['nc', '00000001'],
			['qop', 'auth'],
			['uri', ''],
		],
	);
});

const credentials = { user: 'ünal', password: 'p:ä"s s' };
const request = { method: 'DESCRIBE', uri: 'rtsp://h/stream' };

function opened(schemes: readonly AuthScheme[]) {
	let now = 1000;
	const authenticator = openAuthenticator(credentials, schemes, () => now);
	const answerTo = (challenge: string, given = credentials, algorithm: 'MD5' | 'SHA-256' = 'MD5') => {
		const { nonce = '', realm = '' } = Object.fromEntries(readParameters(challenge.slice(7)));
		const response = digestResponse({
			...request,
			...given,
			algorithm,
			realm,
			nonce,
			qop: null,
			cnonce: '',
			nonceCount: '',
		});
		return `Digest username="${given.user}", realm="${realm}", nonce="${nonce}", uri="${request.uri}", algorithm=${algorithm}, response="${response}"`;
	};
	return { authenticator, answerTo, pass: (ms: number) => (now += ms) };
}

test('the right answer to a challenge is granted, a wrong password refused, and an old nonce is stale', () => {
	const { authenticator, answerTo, pass } = opened(['digest-sha-256', 'digest-md5']);
	const [sha = '', md5 = ''] = authenticator.challenges(false);
	const check = (authorization: string | null) => authenticator.check({ ...request, authorization });
	assert.equal(check(answerTo(md5)), 'granted');
	assert.equal(check(answerTo(sha, credentials, 'SHA-256')), 'granted');
	assert.equal(check(answerTo(md5, { ...credentials, password: 'x' })), 'refused');
	assert.equal(check(answerTo(md5, { ...credentials, user: 'x' })), 'refused');
	assert.equal(check(null), 'refused');
	assert.equal(authenticator.check({ method: 'PLAY', uri: request.uri, authorization: answerTo(md5) }), 'refused');
	pass(301_000);
	assert.equal(check(answerTo(md5)), 'stale');
	assert.match(authenticator.challenges(true)[0]!, /stale=true/);
});

test('a nonce that was never given is refused, however well it is answered', () => {
	const { authenticator, answerTo } = opened(['digest-md5']);
	const own = 'Digest realm="foreframe", nonce="rs.0123456789abcdef0123456789abcdef"';
	assert.equal(authenticator.check({ ...request, authorization: answerTo(own) }), 'refused');
});

test('Basic is taken only where it is offered', () => {
	const authorization = `Basic ${Buffer.from('ünal:p:ä"s s').toString('base64')}`;
	assert.equal(opened(['basic']).authenticator.check({ ...request, authorization }), 'granted');
	assert.equal(opened(['digest-md5']).authenticator.check({ ...request, authorization }), 'refused');
	const wrong = `Basic ${Buffer.from('ünal:p').toString('base64')}`;
	assert.equal(opened(['basic']).authenticator.check({ ...request, authorization: wrong }), 'refused');
});
