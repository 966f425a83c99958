/** The room that the performer is filmed in: a plain wall and a wooden floor. */
export function drawStudio(width: number, height: number, wallEnd: number): string {
  return `<defs>
<linearGradient id="wall" x2="0" y2="1"><stop offset="0" stop-color="#cfdfe6"/><stop offset="1" stop-color="#e2ecef"/></linearGradient>
<linearGradient id="floor" x2="0" y2="1"><stop offset="0" stop-color="#c9a985"/><stop offset="1" stop-color="#dcc09c"/></linearGradient>
</defs>
<rect width="${width}" height="${height}" fill="url(#wall)"/>
<circle cx="${width / 2}" cy="${wallEnd - 178}" r="168" fill="#edf4f4"/>
<rect y="${wallEnd}" width="${width}" height="${height - wallEnd}" fill="url(#floor)"/>
<rect y="${wallEnd - 9}" width="${width}" height="9" fill="#f6f8f7"/>
<rect y="${wallEnd}" width="${width}" height="3" fill="#a88763"/>
${plant(96, wallEnd + 34)}${speaker(width - 96, wallEnd + 34)}`;
}

function plant(x: number, y: number): string {
  const leaf = (angle: number, length: number, colour: string) =>
    `<path transform="rotate(${angle})" d="M0 0C${-length * 0.32} ${-length * 0.4} ${-length * 0.2} ${-length * 0.85} 0 ${-length}C${length * 0.2} ${-length * 0.85} ${length * 0.32} ${-length * 0.4} 0 0z" fill="${colour}"/>`;
  return `<g transform="translate(${x} ${y})"><g transform="translate(0 -58)">
${leaf(-58, 92, '#4f8f6d')}${leaf(58, 92, '#4f8f6d')}${leaf(-30, 118, '#5fa57e')}${leaf(30, 118, '#5fa57e')}${leaf(0, 134, '#6fb68d')}</g>
<path d="M-36 -64H36L27 0H-27z" fill="#e0795a"/><rect x="-41" y="-74" width="82" height="16" rx="4" fill="#ea8a6b"/></g>`;
}

function speaker(x: number, y: number): string {
  return `<g transform="translate(${x} ${y})"><rect x="-38" y="-150" width="76" height="150" rx="10" fill="#41505c"/>
<circle cy="-46" r="27" fill="#2f3b45"/><circle cy="-46" r="14" fill="#55656f"/><circle cy="-112" r="17" fill="#2f3b45"/><circle cy="-112" r="8" fill="#55656f"/></g>`;
}
