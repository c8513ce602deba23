import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, Markup } from '../../../../src/evaluate/html/markup.ts';

test('strings and numbers are escaped for text and for attributes, markup is not', () => {
	const name = `<script>alert("1" & '2')</script>`;
	const inner = html`<b>${name}</b>`;
	const escaped = '&#60;script&#62;alert(&#34;1&#34; &#38; &#39;2&#39;)&#60;/script&#62;';
	assert.equal(inner.text, `<b>${escaped}</b>`);
	assert.equal(html`<p title="${name}">${inner}${-1.5}</p>`.text, `<p title="${escaped}"><b>${escaped}</b>-1.5</p>`);
});

test('lists are written one after the other, null is nothing, and only what is said to be trusted stays as it is', () => {
	assert.equal(html`${[html`<i>a</i>`, '<', [1, null]]}.`.text, '<i>a</i>&#60;1.');
	assert.equal(html`${Markup.trusted('<hr>')}`.text, '<hr>');
});
