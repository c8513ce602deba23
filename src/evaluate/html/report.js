// Reads a score curve to whoever points at it, or chooses it and uses the arrow keys. The page is whole without this.

for (const chart of document.querySelectorAll('svg.score')) readOut(chart);

function readOut(chart) {
	const { left, right, top, bottom, seconds, score } = Object.fromEntries(
		Object.entries(chart.dataset).map(([name, value]) => [name, Number(value)]),
	);
	const points = [
		...chart
			.querySelector('.curve')
			.getAttribute('d')
			.matchAll(/[ML]([\d.]+) ([\d.]+)/g),
	].map(([, x, y]) => [Number(x), Number(y)]);
	const reading = document.createElement('output');
	chart.previousElementSibling.append(reading);
	const cursor = document.createElementNS('http://www.w3.org/2000/svg', 'line');
	for (const [name, value] of Object.entries({ class: 'cursor', y1: top, y2: bottom }))
		cursor.setAttribute(name, value);
	let shown = 0;

	function show(index) {
		shown = Math.max(0, Math.min(points.length - 1, index));
		const [x, y] = points[shown];
		cursor.setAttribute('x1', x);
		cursor.setAttribute('x2', x);
		chart.append(cursor);
		const value = ((bottom - y) / (bottom - top)) * score;
		const isTop = y <= top;
		reading.value = `${(((x - left) / (right - left)) * seconds).toFixed(1)} s: ${isTop ? 'over ' : ''}${value.toFixed(1)}`;
	}

	function hide() {
		cursor.remove();
		reading.value = '';
	}

	chart.addEventListener('pointermove', (event) => {
		const box = chart.getBoundingClientRect();
		const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
		let nearest = 0;
		for (const [index, point] of points.entries()) {
			if (Math.abs(point[0] - x) < Math.abs(points[nearest][0] - x)) nearest = index;
		}
		show(nearest);
	});
	chart.addEventListener('pointerleave', hide);
	chart.addEventListener('blur', hide);
	chart.addEventListener('keydown', ({ key }) => {
		if (key === 'ArrowRight') show(shown + 1);
		else if (key === 'ArrowLeft') show(shown - 1);
		else if (key === 'Escape') hide();
	});
}
