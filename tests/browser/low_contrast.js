// The texts of the page whose colour is too near that of their background: under 4.5 to 1.
() => {
  const channel = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => channel(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
  const back = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const inside = document.querySelector("#widget").shadowRoot.querySelectorAll("*");
  const low = [];
  for (const element of [...document.querySelectorAll("body *"), ...inside]) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!hasText || !element.checkVisibility() || element.closest(".hidden, style, cwdb-action")) continue;
    const ink = numbers(getComputedStyle(element).color).slice(0, 3);
    const [light, dark] = [ink, back(element)].map(luminance).sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) low.push(`${element.tagName} ${element.className} ${ratio.toFixed(2)}: ${element.textContent}`);
  }
  return low;
}
